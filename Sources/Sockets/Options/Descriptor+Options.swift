// Reading and setting the options of any socket, ours or borrowed.

import Glibc

extension Descriptor where Self: ~Copyable {
    /// The value of an option: `getsockopt(2)`. `ENOPROTOOPT` or `EOPNOTSUPP` where the socket is not of a
    /// kind that has it, `ENOTCONN` where it needs a connection, `ENOTSOCK` on any other file.
    package func get(_ option: SocketOption) throws(Errno) -> OptionValue {
        switch option.type {
        case .socketAddress:
            guard let peer = try peerAddress() else { throw .familyNotSupported }
            return .socketAddress(peer)
        case .length:
            var none: [UInt8] = []
            return .unsigned(UInt64(try readOption(option.level.number, option.number, into: &none)))
        default:
            var bytes = [UInt8](repeating: 0, count: option.type.capacity)
            let length = try readOption(option.level.number, option.number, into: &bytes)
            return OptionValue(kernel: Array(bytes.prefix(length)), type: option.type)
        }
    }

    /// Sets an option: `setsockopt(2)`. `EINVAL` also for a value that is not of the option's type.
    package func set(_ option: SocketOption, to value: OptionValue) throws(Errno) {
        let bytes = try value.kernelBytes(for: option.type)
        try call {
            unsafe setsockopt(number, option.level.number, option.number, bytes, socklen_t(bytes.count))
        }
    }

    /// Fills `buffer`, which grows where the kernel says that it must (`ERANGE`), and returns the length that
    /// the kernel answered with.
    func readOption(_ level: Int32, _ option: Int32, into buffer: inout [UInt8]) throws(Errno) -> Int {
        while true {
            var length = socklen_t(buffer.count)
            do {
                try call { unsafe getsockopt(number, level, option, &buffer, &length) }
                return Int(length)
            } catch {
                guard error.rawValue == ERANGE, Int(length) > buffer.count else { throw error }
                buffer = [UInt8](repeating: 0, count: Int(length))
            }
        }
    }
}
