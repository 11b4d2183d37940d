// Endpoints into addresses, in the poll loop although libc's look-ups block.

import CommandSpec
import Sockets

extension Context {
    enum Purpose {
        case connecting
        case listening
    }

    /// The addresses an endpoint stands for. Addresses that need no look-up are there at once; `body` may
    /// be called before this returns.
    func resolve(
        _ endpoint: Endpoint, for purpose: Purpose, _ type: SocketType = .stream, timeout: Duration?,
        _ body: @escaping (Result<[SocketAddress], Failure>) -> Void
    ) {
        var query: AddressQuery
        switch (endpoint, purpose) {
        case (.unix(let name), _):
            return body(.success([.unix(name)]))
        case (.everyInterface, .connecting):
            return body(
                .failure(
                    .endpoint(
                        endpoint.text, "every interface, which is for listening: name a host to connect to")))
        case (.everyInterface(let port), .listening):
            query = AddressQuery(host: nil, service: port, family: settings.family, passive: true)
        case (.port(let port), .listening):
            query = AddressQuery(host: nil, service: port, family: settings.family)
        case (.port(let port), .connecting):
            let host = settings.numeric ? nil : "localhost"
            query = AddressQuery(host: host, service: port, family: settings.family)
        case (.host(let host, let port), _):
            query = AddressQuery(host: host, service: port, family: settings.family)
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
                failure.hint = "--numeric allows addresses and port numbers only"
                return body(.failure(failure))
            }
        }
        lookUpInBackground(query, name: name, timeout: timeout, body)
    }

    private func lookUpInBackground(
        _ query: AddressQuery, name: String, timeout: Duration?,
        _ body: @escaping (Result<[SocketAddress], Failure>) -> Void
    ) {
        let lookUp: BackgroundCall<Result<[SocketAddress], ResolutionError>>
        var watch: Watch?
        var timer: Timer?
        do {
            lookUp = try BackgroundCall { () -> Result<[SocketAddress], ResolutionError> in
                do throws(ResolutionError) { return .success(try query.addresses()) } catch {
                    return .failure(error)
                }
            }
            watch = try loop.watch(lookUp.descriptor, interest: .read) { _ in
                guard let result = lookUp.value else { return }
                end()
                body(result.mapError { Failure(resolving: name, $0) })
            }
        } catch {
            return body(.failure(Failure("resolve", name, error)))
        }
        func end() {
            watch?.cancel()
            timer?.cancel()
        }
        if let timeout {
            timer = loop.after(timeout) {
                end()
                let words = "the name service gave no answer within \(Statistics.text(timeout))"
                body(.failure(Failure("resolve", name, words: words, status: .timedOut)))
            }
        }
    }
}
