# Reads Package.swift and all Swift files of a package, prints who uses whom, and reports what the house forbids.
# Runs in any awk; check-architecture.sh calls it and says what the variables are.

function fail(text) { failures++; problems = problems "\n  " text }

# ---- Swift without comments and without the contents of strings ----

function without_noise(line, out, c, i, n, rest) {
  out = ""
  n = length(line)
  i = 1
  while (i <= n) {
    rest = substr(line, i)
    if (comments > 0) {
      if (substr(rest, 1, 2) == "*/") { comments--; i += 2 }
      else if (substr(rest, 1, 2) == "/*") { comments++; i += 2 }
      else i++
    } else if (in_text) {
      if (substr(rest, 1, 3) == "\"\"\"") { in_text = 0; i += 3 } else i++
    } else if (match(rest, /^[^"\/]+/)) { out = out substr(rest, 1, RLENGTH); i += RLENGTH }
    else if (substr(rest, 1, 2) == "//") break
    else if (substr(rest, 1, 2) == "/*") { comments++; i += 2 }
    else if (substr(rest, 1, 3) == "\"\"\"") { in_text = 1; i += 3 }
    else if (substr(rest, 1, 1) == "\"") i += string_length(rest)
    else { out = out substr(rest, 1, 1); i++ }
  }
  return out
}

# The length of a string literal at the start of `text`; interpolations in it may hold strings. Their code goes to
# `code`, for it names types, too.
function string_length(text, i, c, depth) {
  for (i = 2; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "\\") {
      if (substr(text, i + 1, 1) != "(") { i++; continue }
      depth = 1
      for (i += 2; i <= length(text) && depth > 0; i++) {
        c = substr(text, i, 1)
        if (c == "\"") i += string_length(substr(text, i)) - 1
        else if (c == "(") depth++
        else if (c == ")") depth--
        if (depth > 0 && c != "\"") code = code c
      }
      code = code " "
      i--
      continue
    }
    if (c == "\"") return i
  }
  return length(text)
}

# ---- Files ----

FNR == 1 {
  comments = in_text = depth = pending = 0
  path = substr(FILENAME, length(root) + 2)
  is_manifest = path == "Package.swift"
  is_test = path ~ /^Tests\//
  n = split(path, parts, "/")
  module = parts[2]
  folder = n > 3 ? parts[3] : ""
  if (!is_manifest && !is_test) { modules[module] = 1; files[path] = module }
}

is_manifest { manifest = manifest " " $0; next }

{
  code = ""
  line = without_noise($0) " " code
  if (line ~ /^[ \t]*$/) next
  if (match(line, /(^|[ \t])import[ \t]+((class|struct|enum|protocol|func|typealias|let|var)[ \t]+)?[A-Za-z_][A-Za-z0-9_]*/) \
    && line ~ /^[ \t]*(@[A-Za-z_]+(\([^)]*\))?[ \t]+)*((public|package|internal|fileprivate|private)[ \t]+)?import[ \t]/) {
    name = substr(line, RSTART, RLENGTH)
    sub(/^.*[ \t]/, "", name)
    if (is_test) tested[module, name] = path
    else if (!((module, name) in imports)) imports[module, name] = path
    if (!is_test && name ~ /^(Glibc|Musl|Darwin|Foundation)$/ && path != system_file) \
      fail(path ": imports " name "; only " system_file " does")
    next
  }
  if (is_test) next
  if (module !~ /^CommandLineTool$/ && $0 ~ /"[^"]*--[a-z]/ && $0 !~ /^[ \t]*\/\//) \
    fail(path ":" FNR ": names an option of the command line")
  # In the command line tool `print` is its own, which goes through Terminal.
  if (module !~ /^CommandLineTool$/ && line ~ /(^|[^A-Za-z0-9_.])(print|debugPrint|dump)[(]/) \
    fail(path ":" FNR ": prints; only the command line tool does")
  text = line
  # Declared types: those at the top of a file are known to the module, unless they are private to the file.
  while (match(text, /(^|[^A-Za-z0-9_.])(struct|class|enum|protocol|actor|typealias)[ \t]+[A-Z][A-Za-z0-9_]*/)) {
    name = substr(text, RSTART, RLENGTH)
    before = substr(text, 1, RSTART)
    sub(/^.*[ \t]/, "", name)
    own[path, name] = 1
    open_braces = depth + gsub(/[{]/, "{", before) - gsub(/[}]/, "}", before)
    if (open_braces == 0 && line !~ /(^|[ \t])(private|fileprivate)[ \t]/) declare(module, folder, name)
    text = substr(text, RSTART + RLENGTH)
  }
  depth += gsub(/[{]/, "{", line) - gsub(/[}]/, "}", line)
  # Names that are used, members of other names left out.
  gsub(/[.][ \t]*[A-Z][A-Za-z0-9_]*/, " ", line)
  count = split(line, words, /[^A-Za-z0-9_]+/)
  for (i = 1; i <= count; i++) {
    if (words[i] ~ /^[A-Z]/ && !((path, words[i]) in used)) {
      used[path, words[i]] = FNR
      uses[path] = uses[path] " " words[i]
    }
  }
}

function declare(module, folder, name) {
  if ((module, name) in home && home[module, name] != folder) ambiguous[module, name] = 1
  home[module, name] = folder
}

# ---- What Package.swift says ----

function read_manifest(count, chunks, i, chunk, name, list, items, n, j) {
  chunk = manifest
  while (match(chunk, /\.executableTarget\([ \t]*name:[ \t]*"[^"]*"/)) {
    name = substr(chunk, RSTART, RLENGTH)
    gsub(/^[^"]*"|"$/, "", name)
    is_program[name] = 1
    chunk = substr(chunk, RSTART + RLENGTH)
  }
  count = split(manifest, chunks, /\.(target|executableTarget|testTarget|systemLibrary|plugin|macro)\(/)
  for (i = 2; i <= count; i++) {
    chunk = chunks[i]
    if (!match(chunk, /name:[ \t]*"[^"]*"/)) continue
    name = substr(chunk, RSTART, RLENGTH)
    gsub(/name:[ \t]*|"/, "", name)
    targets[name] = 1
    place = ""
    if (match(chunk, /path:[ \t]*"[^"]*"/)) {
      place = substr(chunk, RSTART, RLENGTH)
      gsub(/path:[ \t]*|"/, "", place)
    }
    n = split(place, items, "/")
    folder_of[name] = n > 1 ? items[2] : name
    in_tests[name] = place ~ /^Tests\// || chunks[i - 1] == "" || name ~ /Tests$/
    if (!match(chunk, /dependencies:[ \t]*\[[^]]*\]/)) continue
    list = substr(chunk, RSTART, RLENGTH)
    sub(/^dependencies:[ \t]*\[/, "", list)
    gsub(/package:[ \t]*"[^"]*"/, "", list)
    while (match(list, /"[^"]*"/)) {
      depends[name, substr(list, RSTART + 1, RLENGTH - 2)] = 1
      list = substr(list, RSTART + RLENGTH)
    }
  }
}

function by_name(list, n, i, j, t) {
  for (i = 2; i <= n; i++)
    for (j = i; j > 1 && list[j] < list[j - 1]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
}

# Follows edges of the folder graph from `node`; reports the first way back to it.
function visit(module, node, trail, target, pair, p) {
  if (failed[module]) return
  if (node in on_trail) {
    sub("^.*" SUBSEP node SUBSEP, node SUBSEP, trail)
    failed[module] = 1
    describe_circle(module, trail node)
    return
  }
  if ((module, node) in done) return
  on_trail[node] = 1
  for (pair in edge) {
    split(pair, p, SUBSEP)
    if (p[1] == module && p[2] == node) visit(module, p[3], trail node SUBSEP)
  }
  delete on_trail[node]
  done[module, node] = 1
}

function describe_circle(module, trail, n, list, i, text) {
  n = split(trail, list, SUBSEP)
  text = module ": a circle between folders"
  for (i = 1; i < n; i++) text = text "\n    " list[i] " → " list[i + 1] ": " edge[module, list[i], list[i + 1]]
  if (index(" " exempt " ", " " module " ")) print "exempt: " text
  else fail(text)
}

END {
  read_manifest()
  n = split(allowed, rows, ";")
  for (i = 1; i <= n; i++) {
    split(rows[i], row, ":")
    gsub(/[ \t\n]/, "", row[1])
    known[row[1]] = 1
    m = split(row[2], list, " ")
    for (j = 1; j <= m; j++) may[row[1], list[j]] = 1
  }
  m = split(language, list, " ")
  for (j = 1; j <= m; j++) of_language[list[j]] = 1
  everywhere = list[1]

  for (target in targets) if (!in_tests[target]) target_of[folder_of[target]] = target
  for (module in modules) {
    if (!(module in known)) fail("Sources/" module ": the list of who may import whom does not know it")
    target = target_of[module]
    for (pair in imports) {
      split(pair, p, SUBSEP)
      if (p[1] != module) continue
      if (p[2] == everywhere) continue
      if (p[2] ~ /^(Glibc|Musl|Darwin|Foundation)$/) continue
      if (!((module, p[2]) in may)) fail(module " imports " p[2] ", which it may not (" imports[pair] ")")
      if (!(p[2] in of_language) && !((target, p[2]) in depends)) \
        fail(module " imports " p[2] ", which Package.swift does not say (" imports[pair] ")")
      shown[module] = shown[module] " " p[2]
    }
    for (pair in depends) {
      split(pair, p, SUBSEP)
      if (p[1] == target && !((module, p[2]) in imports)) fail("Package.swift: " target " does not use " p[2])
    }
  }
  for (pair in depends) {
    split(pair, p, SUBSEP)
    if (!in_tests[p[1]] || (folder_of[p[1]], p[2]) in tested) continue
    # Tests of a program start it: it has to be built, and is not imported.
    if (!(p[2] in is_program)) fail("Package.swift: " p[1] " does not use " p[2])
  }

  for (path in uses) {
    split(path, parts, "/")
    module = files[path]
    from = parts[4] != "" ? parts[3] : ""
    if (from == "") continue
    count = split(uses[path], words, " ")
    for (i = 1; i <= count; i++) {
      name = words[i]
      if (!((module, name) in home) || (module, name) in ambiguous || (path, name) in own) continue
      to = home[module, name]
      if (to == "" || to == from) continue
      if (!((module, from, to) in edge)) edge[module, from, to] = path ":" used[path, name] " names " name
    }
  }

  n = 0
  for (module in modules) list[++n] = module
  by_name(list, n)
  for (i = 1; i <= n; i++) {
    module = list[i]
    m = split(shown[module], names, " ")
    by_name(names, m)
    text = module " →"
    for (j = 1; j <= m; j++) text = text " " names[j]
    print text
    k = 0
    for (pair in edge) {
      split(pair, p, SUBSEP)
      if (p[1] == module) inner[++k] = "    " p[2] " → " p[3]
    }
    by_name(inner, k)
    for (j = 1; j <= k; j++) print inner[j]
    for (j = 1; j <= k; j++) {
      split(inner[j], p, " ")
      visit(module, p[1], "")
    }
  }
  if (failures) {
    print "\n" failures " thing" (failures > 1 ? "s" : "") " that must not be:" problems > "/dev/stderr"
    exit 1
  }
}
