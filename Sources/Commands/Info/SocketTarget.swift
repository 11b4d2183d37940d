// Which socket `info` looks at, as the command line says it, and how it is got hold of.

import CommandSpec
import Sockets

/// The socket that is looked at.
enum SocketTarget {
    /// A new connection, or a datagram socket that is connected.
    case endpoint(Endpoint, datagrams: Bool)
    /// A new socket that has done nothing yet.
    case fresh(AddressFamily, SocketType)
    /// A descriptor that was open when the program began.
    case inherited(Int32)
    /// A live socket of another process, or all of them.
    case process(Int32, descriptor: Int32?)

    /// Nil if none is named.
    init?(_ arguments: Arguments) throws(Failure) {
        let words = arguments[Operands.lookAt]
        let descriptor = arguments[Options.descriptor].map { Int32($0) }
        if !words.isEmpty {
            self = .endpoint(try Endpoint(words), datagrams: arguments[Options.udp])
        } else if let kind = arguments[Options.new] {
            let family: AddressFamily = kind == "unix" ? .unix : kind.hasSuffix("6") ? .inet6 : .inet
            self = .fresh(family, kind.hasPrefix("udp") ? .datagram : .stream)
        } else if let pid = arguments[Options.pid] {
            self = .process(Int32(pid), descriptor: descriptor)
        } else if let descriptor {
            self = .inherited(descriptor)
        } else {
            return nil
        }
    }
}

/// A socket in our hands, until what it was handed to returns.
struct HeldSocket {
    let descriptor: BorrowedDescriptor
    /// The process that it was taken from, with the descriptor's number there.
    var owner: SocketOwner?
    /// Nobody else uses it: what is read or changed is felt by nobody.
    var isOurs = false
    /// What is spoken over it, where that is TLS.
    var tls: TLSReport.Facts?

    /// The number by which its owner, or this process, knows it.
    var number: Int32 { owner?.descriptor ?? descriptor.number }
}

extension Context {
    /// Gets hold of one socket, hands it to `body`, and ends the command.
    func hold(
        _ target: SocketTarget, _ arguments: Arguments,
        _ body: @escaping (HeldSocket) throws(Failure) -> Void
    ) throws(Failure) {
        func end(_ socket: HeldSocket) {
            do throws(Failure) {
                try body(socket)
                finish(nil)
            } catch {
                finish(error)
            }
        }
        switch target {
        case .endpoint(let endpoint, let isDatagram):
            let type: SocketType = isDatagram ? .datagram : .stream
            let passage = try Passage(self, to: endpoint, arguments)
            try connect(through: passage, arguments, type: type, announcing: false) { stream, _ in
                if let descriptor = stream.socket {
                    end(HeldSocket(descriptor: descriptor, isOurs: true, tls: stream.tls))
                }
                stream.sayGoodbye()
                stream.close()
            }
        case .fresh(let family, let type):
            let socket = try attempt("socket") { () throws(Errno) in try Socket(family, type) }
            end(HeldSocket(descriptor: socket.borrowed, isOurs: true))
        case .inherited(let number):
            end(HeldSocket(descriptor: try Self.inherited(number)))
        case .process(let pid, let number):
            let process = try ProcessHandle.found(pid)
            let number = if let number { number } else { try process.onlySocket() }
            do throws(InspectionError) {
                let socket = try process.socket(number)
                end(HeldSocket(descriptor: socket.borrowed, owner: process.owner(of: number)))
            } catch {
                throw Failure(error)
            }
        }
    }

    private static func inherited(_ number: Int32) throws(Failure) -> BorrowedDescriptor {
        let descriptor = BorrowedDescriptor(number)
        guard descriptor.isInherited, !Standard.wasClosed(descriptor) else {
            throw Failure(
                "info", words: "descriptor \(number) is not open here (not inherited)", .badDescriptor,
                hint:
                    "open it in the shell, with 'exec \(number)<>/dev/tcp/HOST/PORT' for example"
            )
        }
        let kind = try attempt("fstat", "\(number)") { () throws(Errno) in try descriptor.kind() }
        guard kind == .socket else {
            throw Failure(
                "info", words: "descriptor \(number) is not a socket", .notASocket,
                hint: "'ls -l /proc/self/fd' shows what the shell's descriptors are")
        }
        return descriptor
    }
}
