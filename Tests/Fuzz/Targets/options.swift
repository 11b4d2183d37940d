// Values of socket options: `struct tcp_info` and all the others, from the kernel and from a user.

@testable import Sockets

/// The first option of each type.
private let options = SocketOption.catalog.reduce(into: [SocketOption]()) { options, option in
    if !options.contains(where: { $0.type == option.type }) { options.append(option) }
}

func target(_ input: inout Input) {
    let isText = input.byte() & 1 == 1
    let bytes = input.remaining()
    if isText {
        let text = String(decoding: bytes, as: UTF8.self)
        use(SocketOption.named(text))
        for option in options { read(text, option) }
    } else {
        for option in options { use(OptionValue(kernel: bytes, type: option.type).description) }
        show(TCPInfo(bytes: bytes))
    }
}

/// What is read can be set, and reads back as it is written.
private func read(_ text: String, _ option: SocketOption) {
    do throws(OptionValueError) {
        let value = try OptionValue(parsing: text, for: option)
        check((try? value.kernelBytes(for: option.type)) != nil, "\(option.symbol): \(value) cannot be set")
        let again = try? OptionValue(parsing: value.description, for: option)
        check(again == value, "\(option.symbol): \(value) became \(String(describing: again))")
    } catch {
        use(error.message)
    }
}

private func show(_ info: TCPInfo) {
    use(info.description)
    use(info.state)
    use(info.roundTripTime)
    use(info.busyTime)
    use(info.unacknowledged)
    use(info.acceptQueue)
    use(info.deliveryRate)
}
