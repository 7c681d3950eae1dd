import CKernels

/// The window's sizes in the contexts of convolutions without Winograd.
protocol ConvolutionSizes {
  var images: Int32 { get set }
  var height: Int32 { get set }
  var width: Int32 { get set }
  var kernel_height: Int32 { get set }
  var kernel_width: Int32 { get set }
  var stride_height: Int32 { get set }
  var stride_width: Int32 { get set }
  var dilation_height: Int32 { get set }
  var dilation_width: Int32 { get set }
  var pad_top: Int32 { get set }
  var pad_left: Int32 { get set }
  var activation: cnn_activation { get set }
}

extension cnn_convolution: ConvolutionSizes {}
extension cnn_depthwise: ConvolutionSizes {}

extension ConvolutionSizes {
  /// Such a convolution reads over the image's edges.
  var reach: Reach {
    Reach(
      rows: Reach.Axis(
        kernel: Int(kernel_height), stride: Int(stride_height), dilation: Int(dilation_height), pad: Int(pad_top),
        output: Int(height)),
      columns: Reach.Axis(
        kernel: Int(kernel_width), stride: Int(stride_width), dilation: Int(dilation_width), pad: Int(pad_left),
        output: Int(width)))
  }
}
