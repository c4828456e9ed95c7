/* What the library's interface (diolkos.h) and the plugin contract (plugin.h) have in common. */
#ifndef DIOLKOS_TYPES_H
#define DIOLKOS_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DIOLKOS_MAX_RANK 8

typedef enum diolkos_status {
  DIOLKOS_OK = 0,
  DIOLKOS_INVALID = 1,     /* an argument or a file is wrong */
  DIOLKOS_UNSUPPORTED = 2, /* well-formed, but not something this runtime does */
  DIOLKOS_ABSENT = 3,      /* the runtime's library, driver or device is not on this machine */
  DIOLKOS_FAILED = 4       /* the runtime failed */
} diolkos_status;

/* Filled when a call does not return DIOLKOS_OK: one line, always ended by a zero. */
typedef struct diolkos_error {
  char message[1024];
} diolkos_error;

typedef enum diolkos_dtype {
  DIOLKOS_FLOAT32 = 1,
  DIOLKOS_FLOAT16,
  DIOLKOS_BFLOAT16,
  DIOLKOS_INT8,
  DIOLKOS_UINT8,
  DIOLKOS_INT16,
  DIOLKOS_INT32,
  DIOLKOS_INT64
} diolkos_dtype;

typedef enum diolkos_layout {
  DIOLKOS_LAYOUT_NONE = 0, /* not an image */
  DIOLKOS_NCHW,
  DIOLKOS_NHWC
} diolkos_layout;

/* One input or output of a loaded model. `bytes` is the buffer's size as the runtime wants it: at least the product of
 * the dimensions, more where a device pads. real = scale * (stored - zero_point) where `scale` is not 0. */
typedef struct diolkos_port {
  size_t struct_size;
  const char* name;
  diolkos_dtype dtype;
  diolkos_layout layout;
  int32_t rank;
  int64_t dims[DIOLKOS_MAX_RANK];
  size_t bytes;
  float scale;
  int32_t zero_point;
} diolkos_port;

#ifdef __cplusplus
}
#endif

#endif /* DIOLKOS_TYPES_H */
