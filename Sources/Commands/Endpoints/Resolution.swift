// Endpoints into addresses, in the poll loop although libc's look-ups block.

import CommandSpec
import Sockets

extension SocketAddress {
    /// This host, as getaddrinfo(3) gives it where no host is named.
    fileprivate static func loopback(port: UInt16, _ family: AddressFamily?) -> [SocketAddress] {
        let both: [SocketAddress] = [.inet6(.loopback, port: port), .inet(.loopback, port: port)]
        return both.filter { family == nil || family == $0.family }
    }
}

extension SocketAddress {
    /// An address and a port as numbers, as inet_pton(3) takes them: libc has nothing to add. What is of an interface, or in
    /// a classic form, is left to it.
    fileprivate static func literal(_ host: String, _ port: String) -> SocketAddress? {
        // UInt16 takes a sign as well.
        guard port.utf8.first != UInt8(ascii: "+"), let port = UInt16(port),
            !host.utf8.contains(UInt8(ascii: "%"))
        else { return nil }
        if let address = IPv4Address(host) { return .inet(address, port: port) }
        return IPv6Address(host).map { .inet6($0, port: port) }
    }
}

extension Context {
    enum Purpose {
        case connecting
        case listening
    }

    /// The addresses an endpoint stands for. Addresses that need no look-up are there at once; `body` may
    /// be called before this returns.
    func resolve(
        _ endpoint: Endpoint, for purpose: Purpose, _ type: SocketType = .stream, of leg: Settings? = nil,
        timeout: Duration?,
        _ body: @escaping (Result<[SocketAddress], Failure>) -> Void
    ) {
        var query: AddressQuery
        let family = (leg ?? settings).family
        if endpoint.isTLS, type == .datagram { return body(.failure(.noDatagrams(endpoint.text))) }
        if let family, !endpoint.mayBeInternet {
            let words = "it is for addresses of the Internet, and \(endpoint.transport.text) has none"
            return body(
                .failure(Failure("option", family == .inet ? "-4" : "-6", words: words, status: .usage)))
        }
        switch (endpoint.transport, purpose) {
        case (.tls, _): preconditionFailure("TLS in TLS")
        case (.unix(let name), _):
            return body(.success([.unix(name)]))
        case (.seqpacket, _) where type == .datagram:
            return body(
                .failure(
                    .endpoint(endpoint.text, "it has connections: a datagram socket is written unix:PATH")))
        case (.seqpacket(let name), _):
            return body(.success([.unix(name)]))
        case (.vsock, _) where type == .datagram:
            return body(.failure(.endpoint(endpoint.text, "datagrams over vsock are not supported")))
        case (.vsock(SocketAddress.anyVsock, _), .connecting):
            return body(
                .failure(
                    .endpoint(endpoint.text, "any machine, which is for listening: name one to connect to")))
        case (.vsock(let cid, let port), let purpose):
            // Port 0 is a free one, as it is elsewhere.
            let isFree = purpose == .listening && port == 0
            return body(.success([.vsock(cid: cid, port: isFree ? SocketAddress.anyVsock : port)]))
        case (.inherited, _):
            return body(
                .failure(
                    .endpoint(
                        endpoint.text, "an inherited socket can be used by listen, connect, send and recv")))
        case (.everyInterface, .connecting):
            return body(
                .failure(
                    .endpoint(
                        endpoint.text, "every interface, which is for listening: name a host to connect to")))
        case (.everyInterface(let port), .listening):
            query = AddressQuery(host: nil, service: port, family: family, passive: true)
        case (.port(let port), _):
            if let number = UInt16(port) {
                return body(.success(SocketAddress.loopback(port: number, family)))
            }
            // The name of a service: no host is asked for, so that its number is all that is looked up.
            query = AddressQuery(host: nil, service: port, family: family)
            query.type = type
            return lookUp(query, name: port, timeout: timeout) { [settings] result in
                body(
                    // A service that is not there is mostly a host without its port.
                    result.mapError { $0.isOfUnknownService ? .notAService(port, settings) : $0 })
            }
        case (.host(let host, let port), _):
            if let address = SocketAddress.literal(host, port), family == nil || family == address.family {
                return body(.success([address]))
            }
            query = AddressQuery(host: host, service: port, family: family)
        }
        query.type = type
        lookUp(query, name: endpoint.text, timeout: timeout, body)
    }

    private func lookUp(
        _ query: AddressQuery, name: String, timeout: Duration?,
        _ body: @escaping (Result<[SocketAddress], Failure>) -> Void
    ) {
        var numeric = query
        numeric.numeric = true
        do {
            return body(.success(try numeric.addresses()))
        } catch {
            if settings.numeric {
                var failure = Failure(resolving: name, error)
                failure.hint = Hints.numeric
                return body(.failure(failure))
            }
        }
        lookUpInBackground(query, name: name, timeout: timeout, body)
    }

    private func lookUpInBackground(
        _ query: AddressQuery, name: String, timeout: Duration?,
        _ body: @escaping (Result<[SocketAddress], Failure>) -> Void
    ) {
        do throws(Errno) {
            try inBackground(timeout: timeout) { () -> Result<[SocketAddress], ResolutionError> in
                do throws(ResolutionError) { return .success(try query.addresses()) } catch {
                    return .failure(error)
                }
            } body: { result in
                body(
                    result?.mapError { Failure(resolving: name, $0) }
                        ?? .failure(Failure("resolve", name, noAnswerWithin: timeout ?? .zero)))
            }
        } catch {
            body(.failure(Failure("resolve", name, error)))
        }
    }

    /// Does what blocks on a thread of its own, and calls `body` with what came of it; with nil if `timeout`
    /// passed first. The thread is then left to itself.
    func inBackground<Value: Sendable>(
        timeout: Duration?, _ work: @escaping @Sendable () -> Value, body: @escaping (Value?) -> Void
    ) throws(Errno) {
        let files = settings.nameServiceFiles
        let call = try BackgroundCall { () -> (Value, refused: Errno?) in
            var refused: Errno?
            do throws(Errno) { try files?.mount() } catch { refused = error }
            return (work(), refused)
        }
        var watch: Watch?
        var timer: Timer?
        func end(_ value: Value?) {
            watch?.cancel()
            timer?.cancel()
            body(value)
        }
        watch = try loop.watch(call.descriptor, interest: .read) { [unowned self] _ in
            guard let (value, refused) = call.value else { return }
            if let files, let refused { self.noteUnused(files, refused) }
            end(value)
        }
        if let timeout { timer = loop.after(timeout) { end(nil) } }
    }

    /// Says that the files of a network namespace could not all be used.
    func noteUnused(_ files: NameServiceFiles, _ error: Errno) {
        let folder = String(decoding: files.folder, as: UTF8.self)
        reporter.note("names are looked up without all of \(folder): \(error.message) (\(error.name))")
    }
}
