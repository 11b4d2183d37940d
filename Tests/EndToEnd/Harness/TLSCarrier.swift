// TLS over a socket, spoken by the test itself: the system's libssl, opened when it is needed, straight on the
// descriptor. It shares nothing with the program's own layer, and what it cannot send it keeps nowhere else.

import Foundation
import Glibc

/// Used from several threads: each call has the session for itself, and none of them waits.
final class TLSCarrier: Carrier, @unchecked Sendable {
    private let descriptor: Int32
    private let session: OpaquePointer
    private let lock = NSLock()
    /// What the last write could not go on without.
    private var writeNeeds = POLLOUT
    private var hasSaidGoodbye = false

    init(_ descriptor: Int32, _ role: Role) throws {
        let library = try LibSSL.shared.get()
        self.descriptor = descriptor
        guard let session = library.new(try library.context(role)) else { throw Unexpected("no TLS session") }
        self.session = session
        _ = library.setDescriptor(session, descriptor)
        if role == .client { library.setConnecting(session) } else { library.setAccepting(session) }
    }

    deinit { library.free(session) }

    private var library: LibSSL { try! LibSSL.shared.get() }

    /// False if it is not done by then.
    func handshake(_ deadline: Deadline) throws -> Bool {
        while true {
            let (result, error) = call { library.handshake(session) }
            if result == 1 { return true }
            guard let needs = error.needs else { throw Unexpected("TLS handshake: \(error)") }
            guard try EndToEnd.waitReady(descriptor, needs, deadline) else { return false }
        }
    }

    func read(_ buffer: UnsafeMutableRawBufferPointer) -> Carried {
        guard !buffer.isEmpty else { return .moved(0) }
        var count = 0
        let (result, error) = call { library.read(session, buffer.baseAddress!, buffer.count, &count) }
        if result == 1 { return .moved(count) }
        switch error {
        case .end: return .moved(0)
        case .needs: return .notNow
        case .system(let number): return .failed(number)
        // The end without close_notify is none: it may have been cut short.
        case .protocolError: return .failed(EPROTO)
        }
    }

    /// At most a record, and what was begun is to be offered again.
    func write(_ bytes: UnsafeRawBufferPointer) -> Carried {
        guard !bytes.isEmpty else { return .moved(0) }
        var count = 0
        let (result, error) = call {
            library.write(session, bytes.baseAddress!, min(bytes.count, 1 << 14), &count)
        }
        if result == 1 { return .moved(count) }
        switch error {
        case .needs(let events):
            lock.withLock { writeNeeds = events }
            return .notNow
        case .system(let number): return .failed(number)
        case .end, .protocolError: return .failed(EPIPE)
        }
    }

    func waitReady(_ events: Int32, _ deadline: Deadline) throws -> Bool {
        let (isPending, needs) = lock.withLock { (library.pending(session) > 0, writeNeeds) }
        if events == POLLIN, isPending { return true }
        return try EndToEnd.waitReady(descriptor, events == POLLOUT ? needs : events, deadline)
    }

    /// close_notify, once, if there is room for it.
    func sayGoodbye() {
        let isFirst = lock.withLock {
            defer { hasSaidGoodbye = true }
            return !hasSaidGoodbye
        }
        if isFirst { _ = call { library.shutDown(session) } }
    }

    private enum Trouble: CustomStringConvertible {
        case end
        case needs(Int32)
        case system(Int32)
        case protocolError(String)

        var needs: Int32? { if case .needs(let events) = self { events } else { nil } }
        var description: String {
            switch self {
            case .end: "the end"
            case .needs: "not now"
            case .system(let number): String(cString: strerror(number))
            case .protocolError(let words): words
            }
        }
    }

    /// The result, and what is wrong where it is not 1.
    private func call(_ body: () -> Int32) -> (Int32, Trouble) {
        lock.withLock {
            library.clearErrors()
            errno = 0
            let result = body()
            let number = errno
            guard result != 1 else { return (1, .end) }
            switch library.error(session, result) {
            case 2: return (result, .needs(POLLIN))
            case 3: return (result, .needs(POLLOUT))
            case 5: return (result, .system(number == 0 ? ECONNRESET : number))
            case 6: return (result, .end)
            default:
                let words = library.reason(library.takeError()).map { String(cString: $0) }
                return (result, .protocolError(words ?? "unknown"))
            }
        }
    }
}

/// The functions of libssl that are needed here.
private struct LibSSL: @unchecked Sendable {
    typealias Text = UnsafePointer<CChar>

    static let shared = Result { try LibSSL() }

    let new: @convention(c) (OpaquePointer) -> OpaquePointer?
    let free: @convention(c) (OpaquePointer) -> Void
    let setDescriptor: @convention(c) (OpaquePointer, Int32) -> Int32
    let setConnecting: @convention(c) (OpaquePointer) -> Void
    let setAccepting: @convention(c) (OpaquePointer) -> Void
    let handshake: @convention(c) (OpaquePointer) -> Int32
    let read: @convention(c) (OpaquePointer, UnsafeMutableRawPointer, Int, UnsafeMutablePointer<Int>) -> Int32
    let write: @convention(c) (OpaquePointer, UnsafeRawPointer, Int, UnsafeMutablePointer<Int>) -> Int32
    let pending: @convention(c) (OpaquePointer) -> Int32
    let shutDown: @convention(c) (OpaquePointer) -> Int32
    let error: @convention(c) (OpaquePointer, Int32) -> Int32
    let clearErrors: @convention(c) () -> Void
    let takeError: @convention(c) () -> UInt
    let reason: @convention(c) (UInt) -> Text?
    private let client: OpaquePointer
    private let server: OpaquePointer

    func context(_ role: Role) throws -> OpaquePointer { role == .client ? client : server }

    private init() throws {
        guard let library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL) else {
            throw Unexpected("libssl.so.3 is not installed")
        }
        func function<Function>(_ name: String, as type: Function.Type = Function.self) throws -> Function {
            guard let found = dlsym(library, name) else { throw Unexpected("libssl.so.3 has no \(name)") }
            return unsafeBitCast(found, to: type)
        }
        new = try function("SSL_new")
        free = try function("SSL_free")
        setDescriptor = try function("SSL_set_fd")
        setConnecting = try function("SSL_set_connect_state")
        setAccepting = try function("SSL_set_accept_state")
        handshake = try function("SSL_do_handshake")
        read = try function("SSL_read_ex")
        write = try function("SSL_write_ex")
        pending = try function("SSL_pending")
        shutDown = try function("SSL_shutdown")
        error = try function("SSL_get_error")
        clearErrors = try function("ERR_clear_error")
        takeError = try function("ERR_get_error")
        reason = try function("ERR_reason_error_string")

        let make: @convention(c) (OpaquePointer) -> OpaquePointer? = try function("SSL_CTX_new")
        let control: @convention(c) (OpaquePointer, Int32, Int, UnsafeMutableRawPointer?) -> Int =
            try function("SSL_CTX_ctrl")
        let useChain: @convention(c) (OpaquePointer, Text) -> Int32 =
            try function("SSL_CTX_use_certificate_chain_file")
        let useKey: @convention(c) (OpaquePointer, Text, Int32) -> Int32 =
            try function("SSL_CTX_use_PrivateKey_file")
        func context(_ method: String) throws -> OpaquePointer {
            let method: @convention(c) () -> OpaquePointer = try function(method)
            guard let context = make(method()) else { throw Unexpected("no TLS context") }
            // SSL_CTRL_MODE: SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, as Data has no fixed place.
            _ = control(context, 33, 2, nil)
            return context
        }
        client = try context("TLS_client_method")
        server = try context("TLS_server_method")
        // A ticket that cannot be sent any more takes the connection's error with it, and libssl does not tell.
        let setTickets: @convention(c) (OpaquePointer, Int) -> Int32 = try function("SSL_CTX_set_num_tickets")
        _ = setTickets(server, 0)
        let files = try TLSPeer.pair("server")
        // SSL_FILETYPE_PEM.
        guard useChain(server, files[0]) == 1, useKey(server, files[1], 1) == 1 else {
            throw Unexpected("the certificate of the tests cannot be used")
        }
    }
}
