// A stream over a stream: what it does not do itself, the one below does.

import Sockets

protocol StreamLayer: Stream {
    var below: any Stream { get }
}

extension StreamLayer {
    var kind: StreamKind { below.kind }
    var hasBufferedInput: Bool { below.hasBufferedInput }
    var reader: (any StreamWaiter)? {
        get { below.reader }
        set { below.reader = newValue }
    }
    var writer: (any StreamWaiter)? {
        get { below.writer }
        set { below.writer = newValue }
    }
    var owner: (any StreamOwner)? {
        get { below.owner }
        set { below.owner = newValue }
    }
    var wantsRead: Bool {
        get { below.wantsRead }
        set { below.wantsRead = newValue }
    }
    var wantsWrite: Bool {
        get { below.wantsWrite }
        set { below.wantsWrite = newValue }
    }
    func finishSending() { below.finishSending() }
    var nextRecord: Int? { below.nextRecord }
    var unacknowledged: Int? { below.unacknowledged }
    var unread: Int? { below.unread }
    func countUnread() -> Int { below.countUnread() }
    var acknowledges: Bool { below.acknowledges }
    var failure: Failure? { below.failure }
    var mayMeetTLS: Bool { below.mayMeetTLS }
    func failure(atEndOf bytes: Int) -> Failure? { failure ?? below.failure(atEndOf: bytes) }
    var tls: TLSReport.Facts? { below.tls }
    var socket: BorrowedDescriptor? { below.socket }
    var encrypted: (received: Int, sent: Int)? { below.encrypted }
    func sayGoodbye() { below.sayGoodbye() }
    func takePendingError() -> Errno? { below.takePendingError() }
    func willWait(afterReceiving bytes: Int) { below.willWait(afterReceiving: bytes) }
    func tcpInfo() -> TCPInfo? { below.tcpInfo() }
    var localAddress: SocketAddress? { below.localAddress }
    func value(of option: SocketOption) -> OptionValue? { below.value(of: option) }
    func sendAtOnce() { below.sendAtOnce() }
    func reset() { below.reset() }
    func close() { below.close() }
}
