// What has to happen on a connection before it counts as made, within the same time: a proxy's answer, a PROXY header,
// STARTTLS, a TLS handshake.

import Sockets

struct EstablishStep {
    typealias Completion = (Result<any Stream, Failure>) -> Void

    /// As it is called while it is waited for: `the TLS handshake`.
    let name: String
    /// What is wrong where the time is up before it has happened.
    let lateness: String
    /// What that may come from, after `no answer within 10 s`.
    let advice: String
    private let begin: (any Stream, SocketAddress, @escaping Completion) -> AnyObject

    init(
        _ name: String, lateness: String, advice: String,
        _ begin: @escaping (any Stream, SocketAddress, @escaping Completion) -> AnyObject
    ) {
        (self.name, self.lateness, self.advice, self.begin) = (name, lateness, advice, begin)
    }

    /// Begins with what there is so far.
    /// - Parameter completion: called later, never at once, with what is to be used instead.
    /// - Returns: what is to be kept meanwhile.
    func callAsFunction(
        _ stream: any Stream, _ address: SocketAddress, _ completion: @escaping Completion
    ) -> AnyObject {
        begin(stream, address, completion)
    }
}
