// What a port does once it has accepted: whether it closes at once, what it says first, and whether that is what was
// expected.

import CommandSpec
import Framing
import Sockets

/// What is asked of a port that has accepted.
struct InterviewPlan {
    /// `--banner`: what it says first is shown.
    var wantsBanner = false
    /// `--expect`: what it says has to contain this.
    var text: [UInt8]?
    /// `--expect-http`: what it has to answer to a request.
    var http: HTTPExpectation?

    /// Whether something is waited for that it says.
    var waitsForWords: Bool { wantsBanner || text != nil || http != nil }
}

/// What came of it.
struct InterviewResult {
    /// Its first line, if it said something.
    var banner: [UInt8]?
    /// What is wrong with it; nil if nothing is.
    var problem: String?
    /// How soon after accepting it ended, if it said nothing before.
    var closedAfter: Duration?
    /// Whether that was a reset.
    var isReset = false
    /// Whether what it said first is an alert of TLS.
    var isAlert = false
}

final class Interview: StreamWaiter {
    private let stream: any Stream
    private let plan: InterviewPlan
    private let host: String
    private let began = Instant.now
    private let completion: (InterviewResult) -> Void
    private var timer: Timer?
    private var said: [UInt8] = []
    private var search: TextSearch?
    /// Whether the text that is expected was said.
    private var hasSaidIt = false
    private var isOver = false
    /// Whether only an interim answer of HTTP has come.
    private var isWaitingForAnswer = false

    /// What is looked through of what it says.
    private static let most = 64 << 10
    /// What is shown of its first line.
    private static let mostShown = 256

    /// - Parameters:
    ///   - host: the name for the request.
    ///   - time: how long it has to say it, or, where nothing is waited for, to close.
    init(
        _ stream: any Stream, _ plan: InterviewPlan, host: String, time: Duration, _ loop: EventLoop,
        _ completion: @escaping (InterviewResult) -> Void
    ) {
        self.stream = stream
        self.plan = plan
        self.host = host
        self.completion = completion
        search = plan.text.map { TextSearch($0) }
        timer = loop.after(time) { [unowned self] in timeIsUp() }
        stream.reader = self
        stream.wantsRead = true
    }

    /// It may be over at once: what came before anybody asked is there.
    func start() {
        if let http = plan.http { request(http) }
        if !isOver { run() }
    }

    /// Ends it without a result.
    func cancel() {
        isOver = true
        timer = nil
        stream.close()
    }

    /// So small a request always finds room in a new connection.
    private func request(_ http: HTTPExpectation) {
        let request = Array(http.request(to: host).utf8)
        do throws(Errno) {
            guard try unsafe stream.write(request.span.bytes) == request.count else { throw .wouldBlock }
        } catch {
            finish(InterviewResult(problem: "the request could not be sent: \(error.message)"))
        }
    }

    func run() {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !isOver {
            do throws(Errno) {
                var span = chunk.mutableSpan
                var bytes = unsafe span.mutableBytes
                let count = try stream.read(into: &bytes)
                guard count > 0 else { return ended(isReset: false) }
                if search?.end(in: unsafe chunk.span.bytes.extracting(first: count)) != nil {
                    hasSaidIt = true
                }
                said += chunk[..<count]
                look()
            } catch .wouldBlock {
                return
            } catch {
                return ended(isReset: true)
            }
        }
    }

    /// More was said.
    private func look() {
        guard plan.waitsForWords else { return finish(InterviewResult()) }
        if plan.text != nil {
            if hasSaidIt { return finish(InterviewResult(banner: banner)) }
        } else if let http = plan.http {
            skipInterimAnswers()
            if !isWaitingForAnswer, said.contains(UInt8(ascii: "\n")) {
                return finish(InterviewResult(banner: banner, problem: http.problem(with: firstLine)))
            }
        } else if said.contains(UInt8(ascii: "\n")) || said.count >= Self.mostShown {
            return finish(InterviewResult(banner: banner))
        }
        if said.count >= Self.most { timeIsUp() }
    }

    /// `100 Continue`, `103 Early Hints`: the answer follows them (RFC 9110, section 15.2).
    private func skipInterimAnswers() {
        while HTTPExpectation.isInterim(firstLine), let end = said.firstRange(of: "\r\n\r\n".utf8) {
            said.removeFirst(end.upperBound)
        }
        isWaitingForAnswer = HTTPExpectation.isInterim(firstLine)
    }

    private func ended(isReset: Bool) {
        guard said.isEmpty else {
            return finish(InterviewResult(banner: banner, problem: problem("it ended")))
        }
        finish(
            InterviewResult(
                problem: problem("it closed"), closedAfter: Instant.now - began, isReset: isReset))
    }

    private func timeIsUp() { finish(InterviewResult(banner: banner, problem: problem("it"))) }

    /// What is wrong where nothing more comes.
    private func problem(_ lead: String) -> String? {
        guard plan.text != nil || plan.http != nil else { return nil }
        if PlainAnswer.isAlert(said) { return "it wants TLS: --tls speaks that" }
        let wanted = plan.text.map { Escapes.quoted($0) } ?? "an answer to HTTP"
        if said.isEmpty {
            return lead == "it" ? "it said nothing, where \(wanted) was expected" : "\(lead) without a word"
        }
        return "it said '\(String(decoding: firstLine, as: UTF8.self))' and not \(wanted)"
    }

    private var firstLine: [UInt8] {
        var line = said.prefix { $0 != UInt8(ascii: "\n") }.prefix(Self.mostShown)
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return Array(line)
    }
    private var banner: [UInt8]? {
        guard !said.isEmpty else { return nil }
        let isCut = firstLine.count == Self.mostShown
        return isCut && String(validating: firstLine, as: UTF8.self) != nil
            ? firstLine + Array("…".utf8) : firstLine
    }

    private func finish(_ result: InterviewResult) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        timer = nil
        stream.wantsRead = false
        stream.sayGoodbye()
        stream.close()
        var result = result
        result.isAlert = PlainAnswer.isAlert(said)
        completion(result)
    }
}

/// What `--expect-http` wants: a status, or all of a hundred (`2xx`), and of which path.
struct HTTPExpectation: Equatable {
    let statuses: ClosedRange<Int>
    let text: String
    let path: String

    /// Nil if it is not `STATUS[:PATH]`.
    init?(_ word: String) {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        text = String(parts[0])
        path = parts.count > 1 ? String(parts[1]) : "/"
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }), text.utf8.count == 3
        else {
            return nil
        }
        if let hundreds = text.utf8.first, text.lowercased().hasSuffix("xx"), (0x31...0x35).contains(hundreds)
        {
            let first = (Int(hundreds) - 0x30) * 100
            statuses = first...first + 99
        } else if let status = Int(text), (100...599).contains(status) {
            statuses = status...status
        } else {
            return nil
        }
    }

    static func isInterim(_ line: [UInt8]) -> Bool {
        let parts = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 2)
        return parts.count > 1 && parts[0].hasPrefix("HTTP/") && parts[1].utf8.count == 3
            && parts[1].hasPrefix("1")
    }

    /// RFC 9112.
    func request(to host: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: sockctl\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    }

    /// What is wrong with a status line; nil if nothing is.
    func problem(with line: [UInt8]) -> String? {
        let line = String(decoding: line, as: UTF8.self)
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count > 1, parts[0].hasPrefix("HTTP/"), parts[1].utf8.count == 3,
            let status = Int(parts[1])
        else { return "it said '\(line)', which is no answer to HTTP" }
        return statuses.contains(status)
            ? nil : "it answered \(parts.dropFirst().joined(separator: " ")), and not \(text)"
    }
}
