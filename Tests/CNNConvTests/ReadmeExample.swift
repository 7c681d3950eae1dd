import CNNConv

/// Loads a model, looks at it, runs it, checks a copy against it.
func convert(_ path: String, to copy: String) throws -> Bool {
  let model = try Model(contentsOf: path)
  print(model.summary())

  let inputs = try SeededInputs(seed: 1).values(for: model)
  let outputs = try Session(model).run(inputs)
  for name in outputs.names { print(name, outputs[name]?.shape ?? []) }

  try model.write(to: copy)
  return try model.verify(against: Model(contentsOf: copy)).agrees
}
