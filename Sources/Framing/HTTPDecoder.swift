// HTTP/1.x messages cut from a byte stream: requests and responses, as RFC 9112 frames them.

/// Requests and responses are told apart by their start lines. What ends a response depends on the request
/// that it answers, which went the other way: the exchange knows it. What is malformed, or could be understood in two ways, is refused.
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
    }

    private let maxMessage: Int
    private var phase = Phase.startLine
    private var failure: FramingError?
    /// The bytes of the message that is being read. Nothing is ever taken from its start but whole messages.
    private var buffer: [UInt8] = []
    /// Where in it the line begins that is being read, and where the head or trailer section does.
    private var lineStart = 0
    private var sectionStart = 0
    /// Where the body begins.
    private var bodyStart = 0
    private var extensionCount = 0
    private var message: HTTPMessage?
    /// What the response that is being read answers.
    private var answered = HTTPExchange.Request.other
    private let exchange: HTTPExchange
    private let flow: Flow

    /// - Parameters:
    ///   - maxMessage: how long a message may be, from its first byte to its last.
    ///   - exchange: what both directions of the connection have said.
    init(maxMessage: Int, _ exchange: HTTPExchange = HTTPExchange(), _ flow: Flow = .incoming) {
        self.maxMessage = maxMessage
        self.exchange = exchange
        self.flow = flow
    }

    var remainder: [UInt8] { buffer }

    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) -> Int {
        if let failure { throw failure }
        var position = 0
        var verdict = Verdict.proceed
        do {
            while position < bytes.byteCount, verdict == .proceed {
                verdict = try step(bytes, &position, body)
            }
        } catch {
            take(bytes.byteCount - position, of: bytes, &position)
            failure = error
            throw error
        }
        return position
    }

    mutating func finish(_ body: MessageBody) throws(FramingError) {
        if let failure { throw failure }
        let error: FramingError
        switch phase {
        case .startLine where isRaw:
            _ = handOverRaw(body)
            return
        case .startLine where buffer.count == lineStart: return
        case .untilEnd:
            _ = deliver(body)
            return
        case .content(let rest): error = .cutOff(count: buffer.count, length: buffer.count + rest)
        default: error = .cutOff(count: buffer.count, length: nil)
        }
        failure = error
        throw error
    }

    /// Whether what comes between messages is no longer HTTP.
    private var isRaw: Bool { exchange.isRaw(flow) }

    /// Goes on by one line, or by what is there of the body.
    private mutating func step(
        _ bytes: RawSpan, _ position: inout Int, _ body: MessageBody
    ) throws(FramingError) -> Verdict {
        exchange.setWantsContinue(false, flow)
        let available = bytes.byteCount - position
        switch phase {
        case .startLine where isRaw:
            take(available, of: bytes, &position)
            return handOverRaw(body)
        case .startLine, .fields, .chunkLine, .trailers:
            if case .startLine = phase, buffer.count == lineStart { try checkFirst(bytes, position) }
            guard let line = try takeLine(of: bytes, &position) else { return .proceed }
            return try read(line, body)
        case .content(let rest):
            let count = min(rest, available)
            take(count, of: bytes, &position)
            phase = .content(rest - count)
            if rest == count { return deliver(body) }
        case .untilEnd:
            guard available <= maxMessage - buffer.count else {
                throw .tooLong(length: nil, limit: maxMessage)
            }
            take(available, of: bytes, &position)
        case .chunk(let rest):
            let count = min(rest, available)
            take(count, of: bytes, &position)
            phase = rest == count ? .chunkEnd : .chunk(rest - count)
            lineStart = buffer.count
        case .chunkEnd:
            let expected: UInt8 = buffer.count == lineStart ? .carriageReturn : .lineFeed
            guard bytes.byte(at: position) == expected else {
                throw .rfc9112("7.1", "a chunk is not followed by CR LF: it is longer than its size says")
            }
            take(1, of: bytes, &position)
            if expected == .lineFeed { enter(.chunkLine) }
        }
        return .proceed
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
    private mutating func read(_ line: Range<Int>, _ body: MessageBody) throws(FramingError) -> Verdict {
        switch phase {
        case .startLine where line.isEmpty:
            // Before a request empty lines are ignored: RFC 9112 section 2.2.
            lineStart = buffer.count
        case .startLine:
            let message = try HTTPMessage(startLine: buffer[line])
            guard message.isRequest || line.lowerBound == 0 else {
                throw .rfc9112("2.1", "an empty line before a status line")
            }
            guard !message.isRequest || exchange.allowsRequest(flow) else {
                throw .rfc9112("4", "a request, \(buffer[line].quoted), where a response is to come")
            }
            self.message = message
            phase = .fields
            lineStart = buffer.count
        case .fields where line.isEmpty:
            return try finishHead(body)
        case .fields:
            try message?.addField(buffer[line], to: \.fields)
            lineStart = buffer.count
        case .trailers where line.isEmpty:
            return deliver(body)
        case .trailers:
            try message?.addField(buffer[line], to: \.trailers)
            lineStart = buffer.count
        default:
            try readChunkLine(buffer[line])
        }
        return .proceed
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

    private mutating func finishHead(_ body: MessageBody) throws(FramingError) -> Verdict {
        guard let message else { return .proceed }
        try message.checkHost()
        if case .response(let status, _) = message.start {
            answered = exchange.responseBegan(status: status, flow)
        }
        switch try HTTPBodyLength(of: message, answering: answered) {
        case .count(let count):
            let (length, overflow) = count.addingReportingOverflow(UInt64(buffer.count))
            guard !overflow, length <= UInt64(maxMessage) else {
                throw .tooLong(length: overflow ? nil : length, limit: maxMessage)
            }
            guard count > 0 else { return deliver(body) }
            enter(.content(Int(count)))
        case .chunked: enter(.chunkLine)
        case .untilEnd: enter(.untilEnd)
        case .tunnel: return deliver(body)
        }
        bodyStart = buffer.count
        exchange.setWantsContinue(message.expectsContinue, flow)
        return .proceed
    }

    /// Goes on with the next part of the message, which begins here.
    private mutating func enter(_ next: Phase) {
        phase = next
        lineStart = buffer.count
        sectionStart = buffer.count
    }

    private mutating func deliver(_ body: MessageBody) -> Verdict {
        guard var message else { return .proceed }
        self.message = nil
        message.body = remainingBody
        switch message.start {
        case .request(let method, _): exchange.requestPassed(.init(method: method), flow)
        case .response(let status, _): exchange.responsePassed(status: status, to: answered, flow)
        }
        let verdict = body(unsafe buffer.span.bytes, HTTPDetail(message))
        startAnew()
        return verdict
    }

    private mutating func handOverRaw(_ body: MessageBody) -> Verdict {
        guard !buffer.isEmpty else { return .proceed }
        let verdict = body(unsafe buffer.span.bytes, nil)
        startAnew()
        return verdict
    }

    /// The content of the message, without chunks: as far as it has come.
    var remainingBody: [UInt8] {
        switch phase {
        case .content, .untilEnd: Array(buffer[bodyStart...])
        case .chunkLine, .chunk, .chunkEnd, .trailers: HTTPChunkLine.content(of: buffer[bodyStart...])
        case .startLine, .fields: []
        }
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
