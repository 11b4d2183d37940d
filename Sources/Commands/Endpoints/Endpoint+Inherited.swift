// `fd:N` and `fd:NAME`: sockets that were inherited, by their number or by the name that a supervisor gave them.

import CommandSpec
import Sockets

extension Endpoint {
    static func inherited(_ rest: [UInt8], of text: String) throws(Failure) -> Endpoint {
        let passed = PassedSockets.ours
        let name = String(decoding: rest, as: UTF8.self)
        guard !name.isEmpty else {
            throw .endpoint(text, "no descriptor: write its number, or a name from LISTEN_FDNAMES")
        }
        guard name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return .inherited(try passed.descriptors(named: name, of: text), name: name)
        }
        guard let number = Int32(name) else { throw .endpoint(text, "no descriptor has such a number") }
        return .inherited([number], name: name)
    }
}

extension InheritedSocket {
    /// - Throws: `Failure` if there is no such descriptor, or if it is no stream socket that listens or is connected.
    init(_ number: Int32, for operation: String, _ text: String) throws(Failure) {
        do throws(Errno) {
            try self.init(number)
        } catch {
            let words =
                switch error {
                case .badDescriptor: "descriptor \(number) is not open here (not inherited)"
                case .notASocket: "descriptor \(number) is not a socket"
                case .wrongSocketType:
                    "descriptor \(number) is no stream socket, and others are not supported here"
                case .notConnected: "descriptor \(number) neither listens nor is connected"
                default: error.message
                }
            throw Failure(operation, text, words: words, error)
        }
    }
}
