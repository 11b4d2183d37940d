// HTTP/1.x messages cut from a byte stream: requests and responses, as RFC 9112 frames them.

import Sockets

/// Requests and responses are told apart by their start lines. What ends a response depends on the request
/// that it answers: `expectResponse(to:)`. What is malformed, or could be understood in two ways, is refused.
/// Lines end in CR LF; that a recipient may take a bare LF for one (RFC 9112 section 2.2) is what attacks on
/// chains of servers are built on, and is not done.
struct HTTPDecoder: MessageDecoder {
    /// How long a header or trailer section may be, and how many fields it may have.
    static let sectionLimit = 65_536
    static let fieldLimit = 1000
    /// How long the chunk extensions of a message may be together: RFC 9112 section 7.1.1 asks for a limit.
    static let extensionLimit = 16_384

    private enum Phase {
        /// Between messages, in empty lines before a start line, or in a start line.
        case startLine
        case fields
        /// So many bytes of the body are still to come.
        case content(Int)
        case untilEnd
        case chunkLine
        case chunk(Int)
        /// The line end after a chunk.
        case chunkEnd
        case trailers
        /// After 101 or CONNECT: what comes is handed over as it comes, without `HTTPMessage`.
        case tunnel
        /// After an error nothing more is taken.
        case failed
    }

    private let maxMessage: Int
    private var phase = Phase.startLine
    /// The bytes of the message that is being read. Nothing is ever taken from its start but whole messages.
    private var buffer: [UInt8] = []
    /// Where in it the line begins that is being read, and where the head or trailer section does.
    private var lineStart = 0
    private var sectionStart = 0
    private var extensionCount = 0
    private var message: HTTPMessage?
    /// The methods of the requests whose responses are to come.
    private var methods: ArraySlice<String> = []

    /// Whether the client that is sending waits for `HTTP/1.1 100 Continue`: true from the end of a head that
    /// expects it until the next byte.
    private(set) var pendingContinue = false

    /// - Parameter maxMessage: how long a message may be, from its first byte to its last.
    init(maxMessage: Int) {
        self.maxMessage = maxMessage
    }

    var remainder: [UInt8] { buffer }

    /// A request with this method was sent the other way: a response to it will come. Responses that no
    /// request was announced for are read as if they answered GET.
    mutating func expectResponse(to method: String) {
        methods.append(method)
    }

    /// The request that came last was answered with this status. After 101 what comes is no longer HTTP.
    /// After a CONNECT it is not taken for HTTP in any case, unless it was answered with a refusal.
    mutating func requestWasAnswered(with status: Int) {
        switch (phase, status) {
        case (.startLine, 101): phase = .tunnel
        case (.tunnel, 300...): phase = .startLine
        default: break
        }
    }

    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) {
        var position = 0
        do {
            while position < bytes.byteCount {
                try step(bytes, &position, body)
            }
        } catch {
            take(bytes.byteCount - position, of: bytes, &position)
            phase = .failed
            throw error
        }
    }

    mutating func finish(_ body: MessageBody) throws(FramingError) {
        switch phase {
        case .startLine where buffer.count == lineStart: break
        case .tunnel: handOverTunnel(body)
        case .failed: break
        case .untilEnd: deliver(body)
        case .content(let rest):
            phase = .failed
            throw .cutOff(count: buffer.count, length: buffer.count + rest)
        default:
            phase = .failed
            throw .cutOff(count: buffer.count, length: nil)
        }
    }

    /// Goes on by one line, or by what is there of the body.
    private mutating func step(
        _ bytes: RawSpan, _ position: inout Int, _ body: MessageBody
    ) throws(FramingError) {
        pendingContinue = false
        let available = bytes.byteCount - position
        switch phase {
        case .startLine, .fields, .chunkLine, .trailers:
            if case .startLine = phase, buffer.count == lineStart { try checkFirst(bytes, position) }
            guard let line = try takeLine(of: bytes, &position) else { return }
            try read(line, body)
        case .content(let rest):
            let count = min(rest, available)
            take(count, of: bytes, &position)
            phase = .content(rest - count)
            if rest == count { deliver(body) }
        case .untilEnd:
            guard available <= maxMessage - buffer.count else {
                throw .tooLong(length: nil, limit: maxMessage)
            }
            take(available, of: bytes, &position)
        case .chunk(let rest):
            let count = min(rest, available)
            take(count, of: bytes, &position)
            message?.body += buffer[(buffer.count - count)...]
            phase = rest == count ? .chunkEnd : .chunk(rest - count)
            lineStart = buffer.count
        case .chunkEnd:
            let expected: UInt8 = buffer.count == lineStart ? .carriageReturn : .lineFeed
            guard bytes.byte(at: position) == expected else {
                throw .rfc9112("7.1", "a chunk is not followed by CR LF: it is longer than its size says")
            }
            take(1, of: bytes, &position)
            if expected == .lineFeed { enter(.chunkLine) }
        case .tunnel:
            take(available, of: bytes, &position)
            handOverTunnel(body)
        case .failed:
            position = bytes.byteCount
        }
    }

    // MARK: Lines

    /// The first byte of a line that can only be a start line tells what is not HTTP before a line end comes
    /// that might never come.
    private func checkFirst(_ bytes: RawSpan, _ position: Int) throws(FramingError) {
        let byte = bytes.byte(at: position)
        guard !byte.isTokenCharacter,
            byte != .carriageReturn, byte != .lineFeed
        else { return }
        throw .rfc9112(
            "2.1",
            byte == 0x16
                ? "this is TLS, not HTTP: it begins with the byte 0x16"
                : "this is not HTTP: it begins with the byte \(byte.named)")
    }

    /// Takes bytes up to the end of the line. Once it is there: where in the buffer the line is, without its
    /// CR LF.
    private mutating func takeLine(
        of bytes: RawSpan, _ position: inout Int
    ) throws(FramingError) -> Range<Int>? {
        let lineFeed = bytes.firstIndex(of: .lineFeed, from: position)
        let count = (lineFeed.map { $0 + 1 } ?? bytes.byteCount) - position
        try checkLimit(buffer.count + count)
        take(count, of: bytes, &position)
        guard lineFeed != nil else { return nil }
        let line = lineStart..<max(lineStart, buffer.count - 2)
        guard buffer.count - lineStart >= 2, buffer[buffer.count - 2] == .carriageReturn else {
            throw .rfc9112("2.2", "\(buffer[lineStart..<buffer.count - 1].quoted) ends in LF without CR")
        }
        guard !buffer[line].contains(.carriageReturn) else {
            throw .rfc9112("2.2", "a CR without LF in \(buffer[line].quoted)")
        }
        return line
    }

    /// - Parameter end: how long the buffer is with the line, or with what is there of it.
    private func checkLimit(_ end: Int) throws(FramingError) {
        let isChunkLine = if case .chunkLine = phase { true } else { false }
        let limit = isChunkLine ? lineStart + Self.extensionLimit : sectionStart + Self.sectionLimit
        guard end > min(limit, maxMessage) else { return }
        guard limit <= maxMessage else { throw .tooLong(length: nil, limit: maxMessage) }
        switch phase {
        case .chunkLine:
            throw .rfc9112("7.1.1", "a chunk's line is longer than \(Self.extensionLimit) bytes")
        case .startLine:
            throw .rfc9112("3", "the start line is longer than \(Self.sectionLimit) bytes", status: 414)
        default:
            throw .rfc9110("5.4", "the header is longer than \(Self.sectionLimit) bytes", status: 431)
        }
    }

    /// Reads a whole line.
    private mutating func read(_ line: Range<Int>, _ body: MessageBody) throws(FramingError) {
        switch phase {
        case .startLine where line.isEmpty:
            // Before a request empty lines are ignored: RFC 9112 section 2.2.
            lineStart = buffer.count
        case .startLine:
            let message = try HTTPMessage(startLine: buffer[line])
            guard message.isRequest || line.lowerBound == 0 else {
                throw .rfc9112("2.1", "an empty line before a status line")
            }
            self.message = message
            phase = .fields
            lineStart = buffer.count
        case .fields where line.isEmpty:
            try finishHead(body)
        case .fields:
            try message?.addField(buffer[line], to: \.fields)
            lineStart = buffer.count
        case .trailers where line.isEmpty:
            deliver(body)
        case .trailers:
            try message?.addField(buffer[line], to: \.trailers)
            lineStart = buffer.count
        default:
            try readChunkLine(buffer[line])
        }
    }

    private mutating func readChunkLine(_ line: ArraySlice<UInt8>) throws(FramingError) {
        let chunk = try HTTPChunkLine(line)
        extensionCount += chunk.extensionCount
        guard extensionCount <= Self.extensionLimit else {
            throw .rfc9112("7.1.1", "more than \(Self.extensionLimit) bytes of chunk extensions")
        }
        guard chunk.size > 0 else { return enter(.trailers) }
        // The line end after it counts, too.
        guard chunk.size <= maxMessage - buffer.count - 2 else {
            throw .tooLong(length: nil, limit: maxMessage)
        }
        enter(.chunk(chunk.size))
    }

    // MARK: Whole parts

    private mutating func finishHead(_ body: MessageBody) throws(FramingError) {
        guard let message else { return }
        try message.checkHost()
        switch try HTTPBodyLength(of: message, answering: answeredMethod(message)) {
        case .count(let count):
            let (length, overflow) = count.addingReportingOverflow(UInt64(buffer.count))
            guard !overflow, length <= UInt64(maxMessage) else {
                throw .tooLong(length: overflow ? nil : length, limit: maxMessage)
            }
            guard count > 0 else { return deliver(body) }
            enter(.content(Int(count)))
        case .chunked: enter(.chunkLine)
        case .untilEnd: enter(.untilEnd)
        case .tunnel:
            deliver(body)
            phase = .tunnel
            return
        }
        pendingContinue = message.expectsContinue
    }

    /// The method of the request that this is the response to. Interim responses leave it to the final one.
    private mutating func answeredMethod(_ message: HTTPMessage) -> String {
        guard case .response(let status, _) = message.start else { return "" }
        let isInterim = (100...199).contains(status) && status != 101
        return (isInterim ? methods.first : methods.popFirst()) ?? "GET"
    }

    /// Goes on with the next part of the message, which begins here.
    private mutating func enter(_ next: Phase) {
        phase = next
        lineStart = buffer.count
        sectionStart = buffer.count
    }

    private mutating func deliver(_ body: MessageBody) {
        guard var message else { return }
        self.message = nil
        switch phase {
        case .content, .untilEnd: message.body = Array(buffer[sectionStart...])
        default: break
        }
        body(unsafe buffer.span.bytes, message)
        startAnew()
        if case .request("CONNECT", _) = message.start { phase = .tunnel }
    }

    private mutating func handOverTunnel(_ body: MessageBody) {
        if !buffer.isEmpty { body(unsafe buffer.span.bytes, nil) }
        startAnew()
        phase = .tunnel
    }

    private mutating func startAnew() {
        // The memory of a large message is given back, that of a small one used again.
        buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 16)
        extensionCount = 0
        enter(.startLine)
    }

    private mutating func take(_ count: Int, of bytes: RawSpan, _ position: inout Int) {
        buffer.append(bytes.extracting(position..<position + count))
        position += count
    }
}
