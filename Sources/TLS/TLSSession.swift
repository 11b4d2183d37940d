// One TLS connection without its socket: what came is put in, what is to be sent is taken out. `SSL`, over bytes in memory.

import CLinux
package import Sockets

/// Lends buffers, so that a session that has nothing under way holds none.
package protocol BufferLender: AnyObject {
    /// An empty buffer.
    func take() -> ByteBuffer
    /// Takes back one that is empty.
    func give(_ buffer: ByteBuffer)
}

@safe package final class TLSSession {
    package enum HandshakeStep {
        case done
        case needsInput
        case failed(TLSError)
    }

    package enum ReadStep {
        case read(Int)
        case needsInput
        /// What is to be sent is so much that it has to go first.
        case needsOutput
        /// The peer has said that nothing more comes: close_notify.
        case ended
        case failed(TLSError)
    }

    let library: OpenSSL
    private let context: TLSContext
    private let ssl: UnsafeMutablePointer<SSL>
    private let buffers: any BufferLender
    let expectations: Expectations
    /// What came and was not yet processed; nil if nothing.
    private var input: ByteBuffer?
    /// What is to be sent; nil if nothing.
    private var output: ByteBuffer?
    /// The first bytes that came, until the handshake is done.
    private var began: [UInt8] = []
    /// What was found when the peer was verified.
    package internal(set) var verification = Verification()
    private var isEstablished = false
    private var isBroken = false
    private var hasEnded = false
    private var hasSaidGoodbye = false
    /// What went wrong where nobody read.
    private var pendingError: TLSError?

    private var role: TLSRole { context.role }

    /// How many bytes of a record a write encrypts: RFC 8446, section 5.1.
    private static let recordSize = 1 << 14
    /// Behind so much nothing more is read or written, whose answers might be without end.
    private static let mostOutput = 128 << 10
    private static let beginning = 64

    /// - Parameters:
    ///   - name: what the peer's certificate has to be for, a name or an address; nil for a client's.
    ///   - serverName: the name that is asked for (SNI); nil for none.
    package init(
        _ context: TLSContext, name: String? = nil, serverName: String? = nil, buffers: any BufferLender
    ) throws(TLSError) {
        library = context.library
        self.context = context
        self.buffers = buffers
        expectations = Expectations(name: name, pins: context.pins, isLenient: context.isLenient)
        library.forgetErrors()
        guard let ssl = unsafe library.c.pointee.SSL_new(context.handle),
            let bio = unsafe library.c.pointee.BIO_new(library.sessionBytes)
        else { throw TLSError("there is no memory for a TLS session") }
        unsafe self.ssl = unsafe ssl
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe library.c.pointee.BIO_set_data(bio, this)
        unsafe library.c.pointee.BIO_set_init(bio, 1)
        unsafe library.c.pointee.SSL_set_bio(ssl, bio, bio)
        _ = unsafe library.c.pointee.SSL_set_ex_data(ssl, 0, this)
        switch context.role {
        case .client:
            unsafe library.c.pointee.SSL_set_connect_state(ssl)
            try unsafe prepare(ssl, name, serverName)
        case .server: unsafe library.c.pointee.SSL_set_accept_state(ssl)
        }
    }

    deinit { unsafe library.c.pointee.SSL_free(ssl) }

    @unsafe private func prepare(
        _ ssl: UnsafeMutablePointer<SSL>, _ name: String?, _ serverName: String?
    ) throws(TLSError) {
        if let serverName {
            let isSet = unsafe serverName.withCString {
                // SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name.
                unsafe library.c.pointee.SSL_ctrl(ssl, 55, 0, UnsafeMutableRawPointer(mutating: $0))
            }
            guard isSet == 1 else { throw TLSError("'\(serverName)' is no name that can be asked for (SNI)") }
        }
        guard let name else { return }
        let parameters = unsafe library.c.pointee.SSL_get0_param(ssl)
        if unsafe library.c.pointee.X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
        library.forgetErrors()
        // X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS.
        unsafe library.c.pointee.X509_VERIFY_PARAM_set_hostflags(parameters, 4)
        guard unsafe library.c.pointee.X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count) == 1
        else {
            throw TLSError("'\(name)' is no name that a certificate can be for")
        }
    }

    /// The session of an `SSL`.
    @unsafe static func of(_ ssl: UnsafePointer<SSL>, _ library: OpenSSL) -> TLSSession? {
        unsafe library.c.pointee.SSL_get_ex_data(ssl, 0).map {
            unsafe Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue()
        }
    }

    // MARK: Bytes of the network

    /// Whether something is to be sent.
    package var hasOutput: Bool { output != nil }
    /// How many bytes are to be sent.
    package var outputCount: Int { output?.count ?? 0 }
    /// How many bytes came and were not yet processed.
    package var inputCount: Int { input?.count ?? 0 }

    /// Lets `body` put in what came, and say how many bytes.
    /// - Parameter limit: at most so many bytes are offered.
    package func fill(
        limit: Int, _ body: (inout MutableRawSpan) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        let buffer = input ?? buffers.take()
        defer { keepInput(buffer) }
        return try buffer.fill(limit: limit) { (span) throws(Errno) in
            let count = try body(&span)
            if !isEstablished, count > 0, began.count < Self.beginning {
                let bytes = span.bytes.extracting(first: min(count, Self.beginning - began.count))
                unsafe bytes.withUnsafeBytes { unsafe began.append(contentsOf: $0) }
            }
            return count
        }
    }

    /// Lets `body` send from what is to be sent, and say how many bytes it took.
    package func drain(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) {
        guard let buffer = output else { return }
        defer { keepOutput(buffer) }
        _ = try buffer.drain(body)
    }

    /// Nothing is sent any more.
    package func dropOutput() {
        guard let buffer = output else { return }
        _ = buffer.drain { $0.byteCount }
        keepOutput(buffer)
    }

    /// Keeps no more memory than what there is takes.
    package func shrink() {
        input = input.map(right)
        output = output.map(right)
    }

    /// A buffer as large as what is in it.
    private func right(_ buffer: ByteBuffer) -> ByteBuffer {
        guard buffer.capacity > 2 * buffer.count else { return buffer }
        let small = ByteBuffer(capacity: buffer.count)
        small.take(from: buffer)
        buffers.give(buffer)
        return small
    }

    private func keepInput(_ buffer: ByteBuffer) {
        guard buffer.isEmpty else { return input = buffer }
        input = nil
        buffers.give(buffer)
    }

    /// What is to be sent, in a buffer with room for more.
    private func output(withRoomFor count: Int) -> ByteBuffer {
        let output = output ?? buffers.take()
        guard output.space < count else { return output }
        let large = ByteBuffer(capacity: output.count + count)
        large.take(from: output)
        return large
    }

    private func keepOutput(_ buffer: ByteBuffer) {
        guard buffer.isEmpty else { return output = buffer }
        output = nil
        buffers.give(buffer)
    }

    // MARK: The protocol

    package func handshake() -> HandshakeStep {
        library.forgetErrors()
        let result = unsafe library.c.pointee.SSL_do_handshake(ssl)
        if result == 1 {
            isEstablished = true
            began = []
            return .done
        }
        switch unsafe library.c.pointee.SSL_get_error(ssl, result) {
        case Self.wantsRead: return .needsInput
        default: return .failed(broke())
        }
    }

    /// What it means that the connection ends before the handshake is done.
    package var errorAtEnd: TLSError { .endedEarly(role, after: began) }

    /// Decrypts what came into a buffer: `SSL_read_ex(3)`, once.
    package func read(into buffer: inout MutableRawSpan) -> ReadStep {
        if hasEnded { return .ended }
        if isBroken { return .failed(pendingError ?? TLSError("the TLS session is broken")) }
        guard outputCount < Self.mostOutput else { return .needsOutput }
        library.forgetErrors()
        var count = 0
        let result = unsafe buffer.withUnsafeMutableBytes { bytes -> Int32 in
            guard let start = bytes.baseAddress else { return 0 }
            return unsafe library.c.pointee.SSL_read_ex(ssl, start, bytes.count, &count)
        }
        if result == 1 { return .read(count) }
        switch unsafe library.c.pointee.SSL_get_error(ssl, result) {
        case Self.wantsRead: return .needsInput
        case Self.hasClosed:
            hasEnded = true
            return .ended
        default: return .failed(broke())
        }
    }

    /// How many bytes are decrypted and not yet read; -1 if the next to be read is the end.
    package var decrypted: Int {
        guard !hasEnded, !isBroken else { return -1 }
        library.forgetErrors()
        var byte: UInt8 = 0
        var count = 0
        let result = unsafe library.c.pointee.SSL_peek_ex(ssl, &byte, 1, &count)
        if result == 1 { return unsafe Int(library.c.pointee.SSL_pending(ssl)) }
        switch unsafe library.c.pointee.SSL_get_error(ssl, result) {
        case Self.wantsRead: return 0
        case Self.hasClosed:
            hasEnded = true
            return -1
        default:
            pendingError = broke()
            return -1
        }
    }

    /// Encrypts record by record, until enough waits: `SSL_write_ex(3)`. What is written needs no second try, because there
    /// always is room for it.
    /// - Parameter limit: how much may wait to be sent.
    /// - Returns: how many of them.
    package func write(_ bytes: RawSpan, limit: Int) throws(TLSError) -> Int {
        guard !isBroken else { throw TLSError("the TLS session is broken") }
        var written = 0
        while written < bytes.byteCount, outputCount < min(limit, Self.mostOutput) {
            library.forgetErrors()
            let record = bytes.extracting(written..<min(bytes.byteCount, written + Self.recordSize))
            var count = 0
            let result = unsafe record.withUnsafeBytes { bytes -> Int32 in
                guard let start = bytes.baseAddress else { return 0 }
                return unsafe library.c.pointee.SSL_write_ex(ssl, start, bytes.count, &count)
            }
            guard result == 1 else {
                _ = unsafe library.c.pointee.SSL_get_error(ssl, result)
                throw broke()
            }
            written += count
        }
        return written
    }

    /// Says that nothing more is sent: close_notify, `SSL_shutdown(3)`, once.
    package func sayGoodbye() {
        guard isEstablished, !isBroken, !hasSaidGoodbye else { return }
        hasSaidGoodbye = true
        library.forgetErrors()
        _ = unsafe library.c.pointee.SSL_shutdown(ssl)
        library.forgetErrors()
    }

    private func broke() -> TLSError {
        isBroken = true
        let errors = library.takeErrors()
        // A chain that is not accepted says it better.
        if !isEstablished, !expectations.accept(verification) { return verification.error(role) }
        return TLSError(errors, role, began: isEstablished ? [] : began)
    }

    private static let wantsRead: Int32 = 2
    private static let hasClosed: Int32 = 6

    // MARK: The facts

    /// `TLSv1.3`: `SSL_get_version(3)`.
    package var version: String { unsafe library.string(library.c.pointee.SSL_get_version(ssl)) ?? "" }
    package var cipher: String {
        unsafe library.string(
            library.c.pointee.SSL_CIPHER_get_name(library.c.pointee.SSL_get_current_cipher(ssl))) ?? ""
    }
    /// The group of the key exchange; nil where there was none.
    package var group: String? {
        // SSL_CTRL_GET_NEGOTIATED_GROUP.
        let number = unsafe library.c.pointee.SSL_ctrl(ssl, 134, 0, nil)
        guard number > 0 else { return nil }
        return unsafe library.string(
            library.c.pointee.SSL_group_to_name(ssl, Int32(truncatingIfNeeded: number)))
    }
    /// The protocol that ALPN agreed on; nil for none.
    package var applicationProtocol: String? {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe library.c.pointee.SSL_get0_alpn_selected(ssl, &start, &count)
        guard let start = unsafe start, count > 0 else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }
    /// The name that was asked for (SNI); nil for none.
    package var serverName: String? { unsafe library.string(library.c.pointee.SSL_get_servername(ssl, 0)) }
    /// The context with a certificate for the name that was asked for; nil for the one it has.
    func contextForName(_ name: String) -> TLSContext? { context.context(for: name) }
    var acceptedProtocols: [String] { context.acceptedProtocols }
    func logKey(_ line: String) { context.logKey(line) }
    package var isResumed: Bool { unsafe library.c.pointee.SSL_session_reused(ssl) == 1 }

    // MARK: What the library calls

    /// The session whose bytes these are, which is not asked to try again.
    @unsafe private static func of(_ bio: UnsafeMutablePointer<BIO>) -> TLSSession? {
        guard let c = unsafe OpenSSL.functions, let data = unsafe c.pointee.BIO_get_data(bio) else {
            return nil
        }
        unsafe c.pointee.BIO_clear_flags(bio, retryFlags)
        return unsafe Unmanaged<TLSSession>.fromOpaque(data).takeUnretainedValue()
    }

    /// `BIO_read`: takes from what came.
    static let readCiphertext:
        @convention(c) (UnsafeMutablePointer<BIO>, UnsafeMutablePointer<CChar>?, Int32) -> Int32 = {
            bio, target, count in
            guard let session = unsafe of(bio), let target = unsafe target else { return -1 }
            guard let input = session.input else {
                unsafe OpenSSL.functions?.pointee.BIO_set_flags(bio, retriesRead)
                return -1
            }
            let taken = input.drain { bytes in
                let part = bytes.extracting(first: Int(count))
                unsafe part.withUnsafeBytes {
                    unsafe UnsafeMutableRawBufferPointer(start: target, count: Int(count)).copyMemory(
                        from: $0)
                }
                return part.byteCount
            }
            session.keepInput(input)
            return Int32(taken)
        }

    /// `BIO_write`: adds to what is to be sent.
    static let writeCiphertext:
        @convention(c) (UnsafeMutablePointer<BIO>, UnsafePointer<CChar>?, Int32) -> Int32 = {
            bio, source, count in
            guard let session = unsafe of(bio), let source = unsafe source else { return -1 }
            let output = session.output(withRoomFor: Int(count))
            _ = output.fill { span in
                unsafe span.withUnsafeMutableBytes {
                    unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: Int(count)))
                }
                return Int(count)
            }
            session.keepOutput(output)
            return count
        }

    /// `BIO_ctrl`: nothing is kept back, so flushing (`BIO_CTRL_FLUSH`) always has worked.
    static let control:
        @convention(c) (UnsafeMutablePointer<BIO>, Int32, Int, UnsafeMutableRawPointer?) -> Int = {
            _, command, _, _ in command == 11 ? 1 : 0
        }

    /// `BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY`.
    private static let retryFlags: Int32 = 0x0f
    private static let retriesRead: Int32 = 0x01 | 0x08
}
