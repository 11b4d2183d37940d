// Values of socket options: `struct tcp_info` and all the others, from the kernel and from a user.

@testable import Sockets

func target(_ input: inout Input) {
    let isText = input.byte() & 1 == 1
    let option = input.element(of: SocketOption.catalog)
    let bytes = input.remaining()
    if isText {
        let text = String(decoding: bytes, as: UTF8.self)
        use(SocketOption.named(text))
        guard let value = try? OptionValue(parsing: text, for: option) else { return }
        use(value.description)
        guard let encoded = try? value.kernelBytes(for: option.type) else {
            return check(false, "\(option.symbol): \(value) is read and cannot be set")
        }
        check(
            !encoded.isEmpty || option.type == .string || option.type == .bytes || option.type == .groups,
            "\(option.symbol): \(value)")
    } else {
        let value = OptionValue(kernel: bytes, type: option.type)
        use(value.description)
        let info = TCPInfo(bytes: bytes)
        use(info.description)
        use(info.state)
        use(info.roundTripTime)
        use(info.busyTime)
        use(info.unacknowledged)
        use(info.acceptQueue)
        use(info.deliveryRate)
    }
}
