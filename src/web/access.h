// Who may ask: the token, and that a page of somebody else's does not speak for the user.
#pragma once

#include <string>

#include "web/request.h"
#include "web/server.h"

namespace diolkos::web {

// 0 where the request is welcome, else the status of the refusal.
//  - With a token: 401 without the right one.
//  - Without (loopback): 403 where the Host header is not this machine's (a foreign name that resolves to it).
//  - POST: 415 unless it is application/json, 403 where the Origin is another site.
int refusal(const Request& request, const ServerOptions& options);

// Whether the token came with the address, so that a cookie is worth setting.
bool brings_token(const Request& request, const ServerOptions& options);

}  // namespace diolkos::web
