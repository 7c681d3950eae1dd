"""Prints the table of what each version of each ONNX operator allows, as a Swift file.

usage: onnx-schemas.py > Sources/Conversion/ONNX/Schemas/OnnxSchemaTable.swift

Needs onnx (1.23.2). A line that begins with `=` is a list of types; all others are operators:

    DOMAIN NAME VERSION [deprecated] | INPUTS | OUTPUTS | ATTRIBUTES

An input or output is KIND and its types: `?` optional, `*` any number of one type, `+` any number of any types, `.` one
that must be there; then for variadic ones the least number. Types are `NAME=LIST`, NAME being what must be the same
wherever it stands, or `LIST` alone. An attribute is its name, `:`, the number of its type, and `!` if it is required.
"""

import re
import textwrap

import onnx
from onnx import defs

KIND = {
    defs.OpSchema.FormalParameterOption.Single: ".",
    defs.OpSchema.FormalParameterOption.Optional: "?",
    defs.OpSchema.FormalParameterOption.Variadic: "*",
}


def short(kind):
    kind = kind.replace("sparse_tensor(", "sparse(")
    return re.sub(r"(?<![a-z])tensor\((\w+)\)", r"\1", kind).replace("(", "[").replace(")", "]").replace(", ", ",")


def main():
    lists, lines = {}, []

    def number(kinds):
        return lists.setdefault(" ".join(sorted(short(kind) for kind in kinds)), len(lists))

    def parameter(item, constraints):
        kind = KIND[item.option]
        if kind == "*" and not item.is_homogeneous:
            kind = "+"
        least = str(item.min_arity) if kind in "*+" else ""
        if item.type_str in constraints:
            return f"{kind}{least}{item.type_str}={number(constraints[item.type_str])}"
        return f"{kind}{least}={number([item.type_str])}"

    known = set()
    for schema in sorted(
        defs.get_all_schemas_with_history(), key=lambda s: (s.domain, s.name, s.since_version)
    ):
        constraints = {c.type_param_str: c.allowed_type_strs for c in schema.type_constraints}
        fields = [schema.domain or "ai.onnx", schema.name, str(schema.since_version)]
        # One that was superseded in its first version is still what that version has.
        ended = schema.deprecated and (schema.domain, schema.name) in known
        known.add((schema.domain, schema.name))
        if ended:
            fields.append("deprecated")
        fields.append("|")
        if not ended:
            fields += [parameter(item, constraints) for item in schema.inputs] + ["|"]
            fields += [parameter(item, constraints) for item in schema.outputs] + ["|"]
            for name, attribute in sorted(schema.attributes.items()):
                fields.append(f"{name}:{attribute.type.value}" + ("!" if attribute.required else ""))
        lines.append(" ".join(fields))
    rows = ["= " + kinds for kinds in lists] + lines
    print(f"// Made by Scripts/onnx-schemas.py from onnx {onnx.__version__}; do not edit.")
    print("\n/// What each version of each ONNX operator allows. The script says how to read it.")
    print("enum OnnxSchemaTable {")
    print("  /// The newest operator set that the table knows.")
    print(f"  static let newestOperatorSet = {defs.onnx_opset_version()}\n")
    print("  /// The table; a line that begins with a space belongs to the one before it.")
    print('  static let text = """')
    for row in rows:
        for index, line in enumerate(textwrap.wrap(row, 108, break_long_words=False, break_on_hyphens=False)):
            print("    " + (" " if index else "") + line)
    print('    """\n}')


if __name__ == "__main__":
    main()
