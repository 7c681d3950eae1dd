/// The colours of pictures, in light and in dark.
enum PictureStyle {
  /// Rules for a drawing, which may stand in a page.
  static let drawing = """
    .drawing{--ink:#1b2333;--muted:#5d6880;--paper:#ffffff;--card:#ffffff;--rim:#c3cad8;--wire:#8590a6;--frame:#f4f6fa;\
    --frame-rim:#b9c2d3;--badge:#1b2333;--badge-ink:#ffffff;\(variables(dark: false))\
    font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    @media(prefers-color-scheme:dark){.drawing{--ink:#e8ecf4;--muted:#9aa6bd;--paper:#12161f;--card:#1a202c;--rim:#3a4458;\
    --wire:#6d7a94;--frame:#161c28;--frame-rim:#46526b;--badge:#e8ecf4;--badge-ink:#12161f;\(variables(dark: true))}}
    .drawing text{fill:var(--ink);font-size:12px}
    .drawing .paper{fill:var(--paper)}
    .drawing .card{fill:var(--card);stroke:var(--rim)}
    .drawing .port .card{fill:var(--ink);stroke:none}
    .drawing .port text{fill:var(--paper)}
    .drawing .port .note{fill:var(--paper);opacity:.75}
    .drawing .title{font-weight:600}
    .drawing .head{font-size:15px;font-weight:600}
    .drawing .detail{font-size:11px}
    .drawing .note,.drawing .legend{font-size:10px;fill:var(--muted)}
    .drawing .frame{fill:var(--frame);stroke:var(--frame-rim);stroke-dasharray:5 3}
    .drawing .times{fill:var(--badge)}
    .drawing .times+text{fill:var(--badge-ink);font-size:11px;font-weight:600;text-anchor:middle}
    .drawing .wire{fill:none;stroke:var(--wire);stroke-width:1.3}
    .drawing .tip{fill:var(--wire)}
    \(OperatorFamily.allCases.map { ".drawing .\($0.rawValue){fill:var(--\($0.rawValue))}" }.joined())
    """

  /// The colour of each family, in light and in dark.
  private static let colours: [(OperatorFamily, String, String)] = [
    (.convolution, "#cfe2ff", "#1d4480"), (.linear, "#dcd7ff", "#3f3593"), (.attention, "#ffd6e8", "#7d2451"),
    (.normalization, "#d3f0db", "#1d5c37"), (.activation, "#ffdccf", "#7f3a22"), (.pooling, "#c8f0ee", "#155f60"),
    (.elementwise, "#ffefb8", "#66510e"), (.joining, "#f3d6f2", "#692b68"), (.shape, "#e4e8ee", "#3a4352"),
    (.sampling, "#cdeffc", "#14567a"), (.reduction, "#e3f2c6", "#47601b"), (.recurrence, "#ffd9c9", "#7b3d20"),
    (.quantization, "#ecdccb", "#5f4527"), (.control, "#f0eec4", "#57551d"), (.other, "#e9e2e2", "#4d4242"),
  ]

  private static func variables(dark: Bool) -> String {
    colours.map { family, light, night in "--\(family.rawValue):\(dark ? night : light);" }.joined()
  }
}
