// Errors that come after a datagram was sent: what ICMP reported, in the socket's error queue.

import CLinux
import Glibc

/// An entry of the error queue: which datagram met which error, and who said so.
package struct NetworkError: Error, Hashable, Sendable {
    /// Who reports it.
    package enum Origin: Hashable, Sendable {
        /// This host's own stack.
        case local
        case icmp(type: UInt8, code: UInt8)
        case icmp6(type: UInt8, code: UInt8)
    }

    package let error: Errno
    package let origin: Origin
    /// The MTU, of a datagram that was too long for the path.
    package let info: UInt32
    /// The host that reported it.
    package let reporter: AnyIPAddress?
    /// Where the datagram was sent.
    package var destination: SocketAddress?
    /// What it held, as far as the report quotes it.
    package var payload: [UInt8] = []

    /// An error without a report.
    package init(_ error: Errno) {
        self.error = error
        origin = .local
        info = 0
        reporter = nil
    }

    /// Parses a `struct sock_extended_err` and the address behind it.
    init?(parsing data: RawSpan) {
        let head = MemoryLayout<sock_extended_err>.size
        guard data.byteCount >= head, let number = data.value(Int32.self, at: 0),
            let origin = data.value(UInt8.self, at: 4), let type = data.value(UInt8.self, at: 5),
            let code = data.value(UInt8.self, at: 6), let info = data.value(UInt32.self, at: 8)
        else { return nil }
        switch Int32(origin) {
        case SO_EE_ORIGIN_ICMP: self.origin = .icmp(type: type, code: code)
        case SO_EE_ORIGIN_ICMP6: self.origin = .icmp6(type: type, code: code)
        case SO_EE_ORIGIN_LOCAL: self.origin = .local
        default: return nil
        }
        error = Errno(rawValue: number)
        self.info = info
        reporter = unsafe data.extracting(droppingFirst: head).withUnsafeBytes { bytes in
            unsafe SocketAddress(kernel: bytes, length: bytes.count)?.host
        }
    }

    /// What ICMP says, in words: `port unreachable`. Nil where it is no ICMP error.
    package var reason: String? {
        switch origin {
        case .local: nil
        case .icmp(let type, let code): Self.icmp["\(type)/\(code)"] ?? "ICMP type \(type) code \(code)"
        case .icmp6(let type, let code): Self.icmp6["\(type)/\(code)"] ?? "ICMPv6 type \(type) code \(code)"
        }
    }

    /// Type and code: RFC 792, RFC 1122, RFC 1812.
    private static let icmp = [
        "3/0": "network unreachable", "3/1": "host unreachable", "3/2": "protocol unreachable",
        "3/3": "port unreachable", "3/4": "fragmentation needed", "3/5": "source route failed",
        "3/6": "network unknown", "3/7": "host unknown", "3/9": "network prohibited",
        "3/10": "host prohibited", "3/13": "prohibited by a filter", "11/0": "time to live exceeded",
        "11/1": "not all fragments arrived",
    ]

    /// Type and code: RFC 4443.
    private static let icmp6 = [
        "1/0": "no route", "1/1": "prohibited by a filter", "1/2": "beyond the scope of the source",
        "1/3": "address unreachable", "1/4": "port unreachable", "1/5": "source address prohibited",
        "1/6": "route rejects", "2/0": "packet too big", "3/0": "hop limit exceeded",
        "3/1": "not all fragments arrived",
    ]
}

extension Errno {
    package static let messageTooLong = Errno(rawValue: EMSGSIZE)

    /// Whether a call on a datagram socket may answer so for a datagram that was sent before.
    package var isFromNetwork: Bool {
        switch self {
        case .connectionRefused, .hostUnreachable, .networkUnreachable, .hostDown, .protocolError,
            .noProtocolOption, .accessDenied, .messageTooLong, .notSupported:
            true
        default: false
        }
    }
}

extension Descriptor where Self: ~Copyable {
    /// Takes the next entry of the error queue, nil if there is none: `recvmsg(2)` with `MSG_ERRQUEUE`.
    package func takeNetworkError() throws(Errno) -> NetworkError? {
        var payload = [UInt8](repeating: 0, count: 2048)
        var control = [UInt8](repeating: 0, count: AncillaryData.capacity)
        var name = sockaddr_storage()
        var message = unsafe msghdr()
        let count: Int
        do {
            count = try call {
                unsafe payload.withUnsafeMutableBytes { payload in
                    unsafe control.withUnsafeMutableBytes { control in
                        unsafe withUnsafeMutablePointer(to: &name) { name in
                            var vector = unsafe iovec(iov_base: payload.baseAddress, iov_len: payload.count)
                            return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                                unsafe message.msg_name = UnsafeMutableRawPointer(name)
                                unsafe message.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
                                unsafe message.msg_iov = vector
                                unsafe message.msg_iovlen = 1
                                unsafe message.msg_control = control.baseAddress
                                unsafe message.msg_controllen = control.count
                                return unsafe recvmsg(
                                    number, &message, clinux_error_queue | clinux_dont_wait)
                            }
                        }
                    }
                }
            }
        } catch .wouldBlock {
            return nil
        }
        let parsed = unsafe AncillaryData(
            parsing: control.span.bytes.extracting(first: message.msg_controllen))
        var error = parsed.error ?? NetworkError(.protocolError)
        error.payload = Array(payload.prefix(count))
        error.destination = unsafe withUnsafeBytes(of: &name) {
            unsafe SocketAddress(kernel: $0, length: Int(message.msg_namelen))
        }
        return error
    }
}
