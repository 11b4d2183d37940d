// Addresses: `struct sockaddr` as the kernel writes it, and text.

@testable import Sockets

func target(_ input: inout Input) {
    let isText = input.byte() & 1 == 1
    let bytes = input.remaining()
    if isText {
        let text = String(decoding: bytes, as: UTF8.self)
        use(IPv4Address(aton: text))
        use(IPv4Address(ntoa: text.split(separator: " ").map(String.init)))
        guard let address = AnyIPAddress(text) else { return }
        check(AnyIPAddress(address.description) == address, "\(address)")
        check(AnyIPAddress(bytes: address.bytes)?.bytes == address.bytes, "\(address)")
    } else {
        guard let address = bytes.withUnsafeBytes({ SocketAddress(kernel: $0, length: $0.count) }) else {
            return
        }
        use(address.description)
        let again = try? address.withSockaddr { pointer, length in
            SocketAddress(
                kernel: UnsafeRawBufferPointer(start: pointer, count: Int(length)), length: Int(length))
        }
        // A name may be longer than fits.
        check(again == address || again == nil, "\(address) became \(String(describing: again))")
    }
}
