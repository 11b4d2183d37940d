// Control messages of recvmsg(2), and entries of the error queue.

@testable import Sockets

func target(_ input: inout Input) {
    let isError = input.byte() & 1 == 1
    let bytes = input.remaining()
    if isError {
        if let error = NetworkError(parsing: bytes.span.bytes) { show(error) }
        return
    }
    let data = AncillaryData(parsing: bytes.span.bytes)
    use(data.timestamp?.description)
    use(data.timestamp?.precise)
    use(data.local?.description)
    use(data.destination?.isMulticast)
    check((data.segmentSize ?? 1) > 0, "segments of no length")
    if let error = data.error { show(error) }
}

private func show(_ error: NetworkError) {
    use(error.reason)
    use(error.error.message)
    use(error.reporter?.description)
}
