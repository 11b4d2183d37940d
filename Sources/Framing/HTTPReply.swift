// What a server that is not one answers: `listen --frame http --reply DATA`, and a request it cannot read.

/// Answers requests with data: as it is if it begins with `HTTP/`, otherwise as the content of a `200 OK` of our
/// own. What does not depend on the request is found out once.
struct HTTPReply: Responder {
    private let data: [UInt8]
    private let form: Form
    let answersEachMessage = true

    private enum Form {
        /// The data is a response. What it is depends on what it answers.
        case response(Response, toHead: Response, toConnect: Response)
        /// The data is the content of responses, whose type this is.
        case content(type: String?)
    }

    init(_ data: [UInt8]) {
        self.data = data
        if data.starts(with: "HTTP/".utf8) {
            form = .response(
                Response(data, to: .other), toHead: Response(data, to: .head),
                toConnect: Response(data, to: .connect))
        } else if data.isEmpty {
            form = .content(type: nil)
        } else {
            let isText = String(validating: data, as: UTF8.self) != nil
            form = .content(type: isText ? "text/plain; charset=utf-8" : "application/octet-stream")
        }
    }

    func answer(to detail: (any MessageDetail)?, in conversation: (any Conversation)?) -> Answer? {
        guard let request = (detail as? HTTPDetail)?.message, case .request(let method, _) = request.start
        else {
            return nil
        }
        let (answer, status) = answer(to: request, HTTPExchange.Request(method: method))
        (conversation as? HTTPExchange)?.requestWasAnswered(with: status)
        return answer
    }

    private func answer(
        to request: HTTPMessage, _ kind: HTTPExchange.Request
    ) -> (answer: Answer, status: Int) {
        switch form {
        case .response(let other, let toHead, let toConnect):
            let response =
                switch kind {
                case .head: toHead
                case .connect: toConnect
                case .other: other
                }
            let isLast = response.closes || request.closesConnection
            return (Answer(shared: [data], isLast: isLast), response.status)
        case .content(let type):
            guard kind != .connect else { return (Self.refusal(501, "this is no proxy"), 501) }
            let isLast = request.closesConnection
            var fields: [String] = []
            if let type { fields.append("Content-Type: \(type)") }
            fields.append("Content-Length: \(data.count)")
            if isLast {
                fields.append("Connection: close")
            } else if request.minorVersion == 0 {
                fields.append("Connection: keep-alive")
            }
            let head = Self.head(status: 200, fields)
            // To HEAD the answer has the fields that it would have to GET, and no content.
            return (Answer(head: head, shared: kind == .head ? [] : [data], isLast: isLast), 200)
        }
    }

    /// Answers a request that cannot be read with the status that the RFC gives for it. After that nobody
    /// knows where the next request would begin, and the connection ends.
    func refusal(of error: FramingError) -> Answer? { Self.refusal(of: error) }

    static func refusal(of error: FramingError) -> Answer {
        let status =
            switch error {
            case .http(_, _, let status): status
            case .tooLong: 413
            default: 400
            }
        return refusal(status, error.message)
    }

    private static func refusal(_ status: Int, _ words: String) -> Answer {
        // What is quoted of the request may be anything.
        let printable = words.unicodeScalars.map {
            $0.properties.generalCategory == .control ? "?" : String($0)
        }
        let content = Array((printable.joined() + "\n").utf8)
        let head = head(
            status: status,
            [
                "Content-Type: text/plain; charset=utf-8", "Content-Length: \(content.count)",
                "Connection: close",
            ])
        return Answer(head: head + content, isLast: true)
    }

    var goAhead: [UInt8] { Array("HTTP/1.1 100 Continue\r\n\r\n".utf8) }

    private static func head(status: Int, _ fields: [String]) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) \(reasons[status] ?? "")"] + fields + ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// RFC 9110 section 15, RFC 6585.
    private static let reasons = [
        200: "OK", 400: "Bad Request", 413: "Content Too Large", 414: "URI Too Long",
        431: "Request Header Fields Too Large", 501: "Not Implemented", 505: "HTTP Version Not Supported",
    ]
}

extension HTTPReply {
    /// A response that a user wrote.
    fileprivate struct Response {
        /// Of the final response; 0 where the data is none.
        var status = 0
        /// Whether it can only end with the connection: because it says so, has no other end, or is not one
        /// response in form.
        var closes = true

        init(_ data: [UInt8], to request: HTTPExchange.Request) {
            let exchange = HTTPExchange()
            exchange.requestPassed(request, .incoming)
            var decoder = HTTPDecoder(maxMessage: .max, exchange, .outgoing)
            var last: HTTPMessage?
            func note(_: RawSpan, _ detail: (any MessageDetail)?) -> Verdict {
                last = (detail as? HTTPDetail)?.message ?? last
                return .proceed
            }
            do throws(FramingError) {
                _ = try decoder.decode(unsafe data.span.bytes, note)
                closes = !decoder.remainder.isEmpty
                try decoder.finish(note)
            } catch {
                closes = true
            }
            guard let last, case .response(let status, _) = last.start else {
                closes = true
                return
            }
            self.status = status
            // After an interim response another would have to come.
            guard status == 101 || status >= 200 else {
                closes = true
                return
            }
            closes = closes || status != 101 && last.closesConnection
        }
    }
}
