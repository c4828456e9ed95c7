#include "report/page.h"

#include <fmt/format.h>

#include "report/escape.h"

namespace diolkos::report {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light; }
body { font: 16px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 60rem;
       margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
h1, h2, .note { overflow-wrap: anywhere; }
.note { color: #444; margin: .3rem 0 .8rem; }
svg { width: 100%; min-width: 34rem; height: auto; font: 13px system-ui, sans-serif; }
svg .name { font-size: 12px; } svg .grid { stroke: #ddd; } svg .tick { fill: #555; font-size: 12px; }
svg .absent { fill: #555; font-style: italic; }
svg .interval { stroke: #000; stroke-width: 1.5; fill: none; }
.scroll { overflow-x: auto; }
.long { max-height: 32rem; overflow-y: auto; }
.long th { position: sticky; top: 0; background: #fff; }
table { border-collapse: collapse; font-size: .88rem; min-width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: right; vertical-align: top; }
th.t, td.t { text-align: left; overflow-wrap: break-word; min-width: 7rem; max-width: 26rem; }
th button { font: inherit; font-weight: 600; border: 0; background: none; padding: 0; cursor: pointer;
            text-align: inherit; }
th[aria-sort=ascending] button::after { content: " \25B2"; }
th[aria-sort=descending] button::after { content: " \25BC"; }
@media (max-width: 40rem) { td.t { min-width: 12rem; } td.t:first-child { min-width: 8rem; } }
@media print {
  body { max-width: none; } .scroll { overflow: visible; max-height: none; }
  svg, tr { break-inside: avoid; } svg { min-width: 0; }
}
)";

// Numbers sort as numbers, what is none after them; a second press turns the order round.
constexpr std::string_view kScript = R"(
for (const button of document.querySelectorAll('th button')) button.addEventListener('click', () => {
  const th = button.parentElement, table = th.closest('table'), body = table.tBodies[0], column = th.cellIndex;
  const sign = th.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
  for (const other of table.querySelectorAll('th')) other.removeAttribute('aria-sort');
  th.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
  const text = row => row.cells[column].textContent, numeric = !th.classList.contains('t');
  const rows = [...body.rows].sort((a, b) => {
    if (!numeric) return sign * text(a).localeCompare(text(b));
    const x = parseFloat(text(a)), y = parseFloat(text(b));
    return isNaN(x) ? (isNaN(y) ? 0 : 1) : isNaN(y) ? -1 : sign * (x - y);
  });
  body.append(...rows);
});
)";

std::string html_table(const Table& table) {
  const auto kind = [&](std::size_t column) { return column < table.text_columns ? " class=\"t\"" : ""; };
  // Longer ones scroll by themselves: a page of layers is not to be leafed through.
  constexpr std::size_t kLong = 40;
  std::string text =
      fmt::format("<div class=\"scroll{}\"><table>\n<thead><tr>", table.rows.size() > kLong ? " long" : "");
  for (std::size_t i = 0; i < table.headers.size(); ++i)
    text +=
        fmt::format("<th scope=\"col\"{}><button type=\"button\">{}</button></th>", kind(i), html(table.headers[i]));
  text += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) text += fmt::format("<td{}>{}</td>", kind(i), html(row[i]));
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table></div>\n";
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += fmt::format(" {} |", markdown(cell));
  return text + "\n";
}

}  // namespace

std::string to_html(const std::string& title, const std::vector<Section>& sections,
                    const std::vector<std::string>& files) {
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src "
      "'unsafe-inline'; img-src data:\">\n<link rel=\"icon\" href=\"data:,\">\n";
  text += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n", html(title), kStyle,
                      html(title));
  for (const Section& section : sections) {
    text += fmt::format("<section>\n<h2>{}</h2>\n", html(section.title));
    if (!section.note.empty()) text += fmt::format("<p class=\"note\">{}</p>\n", html(section.note));
    if (!section.svg.empty()) text += fmt::format("<div class=\"scroll\">{}</div>\n", section.svg);
    text += html_table(section.table) + "</section>\n";
  }
  text += "<footer class=\"note\">Made by Diolkos of";
  for (const std::string& file : files) text += fmt::format(" {}", html(file));
  return text + fmt::format("</footer>\n<script>{}</script>\n</body>\n</html>\n", kScript);
}

std::string to_markdown(const std::string& title, const std::vector<Section>& sections,
                        const std::vector<std::string>& files) {
  std::string text = fmt::format("# {}\n", markdown(title));
  for (const Section& section : sections) {
    text += fmt::format("\n## {}\n\n", markdown(section.title));
    if (!section.note.empty()) text += markdown(section.note) + "\n\n";
    text += markdown_row(section.table.headers) + "|";
    for (std::size_t i = 0; i < section.table.headers.size(); ++i)
      text += i < section.table.text_columns ? " --- |" : " ---: |";
    text += "\n";
    for (const auto& row : section.table.rows) text += markdown_row(row);
  }
  text += "\nMade by Diolkos of";
  for (const std::string& file : files) text += fmt::format(" {}", markdown(file));
  return text + "\n";
}

}  // namespace diolkos::report
