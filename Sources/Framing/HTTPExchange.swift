// Requests and their responses, as both directions of a connection see them: RFC 9112 section 9, and when what is
// said is no longer HTTP.

final class HTTPExchange: Conversation {
    /// What decides where the response ends.
    enum Request: UInt32 {
        case head
        case connect
        case other

        init(method: String) {
            self =
                switch method {
                case "HEAD": .head
                case "CONNECT": .connect
                default: .other
                }
        }
    }

    /// One direction.
    fileprivate struct Side {
        /// Requests to which the response is to come.
        var requests = RequestQueue()
        /// What goes this way is not HTTP, or need not be.
        var isRaw = false
    }

    private var incoming = Side()
    private var outgoing = Side()
    /// Which way requests go: the first says it for good.
    private var requests: Flow?
    fileprivate(set) var wantsContinue = false

    /// Whether what goes this way is not to be taken for HTTP: after `101 Switching Protocols`, after a
    /// successful CONNECT, and after a CONNECT as long as it is not refused.
    func isRaw(_ flow: Flow) -> Bool { self[flow].isRaw }

    /// Whether a request may go this way. Who has sent one is the client for as long as the connection lasts.
    func allowsRequest(_ flow: Flow) -> Bool { requests != flow.opposite }

    /// A request went this way.
    func requestPassed(_ request: Request, _ flow: Flow) {
        requests = requests ?? flow
        self[flow].requests.append(request)
        if request == .connect { self[flow].isRaw = true }
    }

    /// The head of a response with this status goes this way.
    /// - Returns: what it answers. A response that nothing was asked for is read as one to GET.
    func responseBegan(status: Int, _ flow: Flow) -> Request {
        let isInterim = (100...199).contains(status) && status != 101
        let asking = flow.opposite
        return (isInterim ? self[asking].requests.first : self[asking].requests.popFirst()) ?? .other
    }

    /// The response with this status has gone this way wholly.
    func responsePassed(status: Int, to request: Request, _ flow: Flow) {
        if status == 101 || request == .connect && (200...299).contains(status) {
            incoming.isRaw = true
            outgoing.isRaw = true
        } else if request == .connect, status >= 300 {
            self[flow.opposite].isRaw = false
        }
    }

    /// The peer's request was answered with this status, by a response that nobody cut or joined.
    func requestWasAnswered(with status: Int) {
        let request = responseBegan(status: status, .outgoing)
        responsePassed(status: status, to: request, .outgoing)
    }

    /// The peer has begun to wait for `100 Continue`, or need not wait any more.
    func setWantsContinue(_ wants: Bool, _ flow: Flow) {
        if flow == .incoming, wantsContinue != wants { wantsContinue = wants }
    }

    private subscript(_ flow: Flow) -> Side {
        get { flow == .incoming ? incoming : outgoing }
        _modify { if flow == .incoming { yield &incoming } else { yield &outgoing } }
    }
}

extension HTTPExchange {
    /// What has been said, to go back to if what is tried next comes to nothing.
    struct Mark {
        fileprivate let incoming: Side
        fileprivate let outgoing: Side
        fileprivate let requests: Flow?
        fileprivate let wantsContinue: Bool
    }

    var mark: Mark {
        Mark(incoming: incoming, outgoing: outgoing, requests: requests, wantsContinue: wantsContinue)
    }

    func goBack(to mark: Mark) {
        (incoming, outgoing) = (mark.incoming, mark.outgoing)
        (requests, wantsContinue) = (mark.requests, mark.wantsContinue)
    }
}

/// Requests in their order, those that are alike together, so that a peer that asks for ever and is never answered
/// takes little memory. After so many changes between kinds they are no longer told apart.
fileprivate struct RequestQueue {
    private static let limit = 4096
    private static let largestCount = UInt32.max >> 2

    /// Each a kind in two bits and how many there are of it.
    private var runs: ArraySlice<UInt32> = []

    var first: HTTPExchange.Request? { runs.first.flatMap { HTTPExchange.Request(rawValue: $0 & 3) } }

    mutating func append(_ request: HTTPExchange.Request) {
        if let last = runs.last, last & 3 == request.rawValue || runs.count >= Self.limit {
            if last >> 2 < Self.largestCount { runs[runs.endIndex - 1] += 4 }
        } else {
            runs.append(4 | request.rawValue)
        }
    }

    mutating func popFirst() -> HTTPExchange.Request? {
        guard let request = first else { return nil }
        runs[runs.startIndex] -= 4
        if runs[runs.startIndex] < 4 { runs.removeFirst() }
        return request
    }
}
