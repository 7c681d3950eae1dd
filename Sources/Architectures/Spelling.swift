/// Whose names the keys of a state dict are.
package enum Spelling: String, CaseIterable, Sendable {
  case torchvision
  case timm
  /// The repository of the paper's authors.
  case authors
  /// Caffe's model zoo.
  case caffe
  /// Cadene's pretrained-models.pytorch.
  case cadene
  /// facenet-pytorch.
  case facenet
  /// The form that courses and tutorials write.
  case lesson
}
