// One peer: what is read from the input goes as datagrams, each read as one, and what the peer sends is written.

import CommandSpec
import Sockets

/// When `udp connect` ends after its input has.
enum RelayEnding {
    case never
    case atOnce
    case after(Duration)
}

final class DatagramRelay: RunTask {
    private let context: Context
    private let open: (SocketAddress) throws(Failure) -> DatagramPort
    /// The addresses of the name that were not tried yet.
    private var candidates: [SocketAddress]
    private var attempts: [Failure.Attempt] = []
    private var port: DatagramPort?
    private var peer = SocketAddress.unix(.unnamed)
    private let input: Channel?
    private let ending: RelayEnding
    private let output: DatagramOutput
    private let buffer: ByteBuffer
    private let batch: DatagramBatch
    /// Cuts the input into datagrams; nil if each `read(2)` is one.
    private let cutter: MessageCutter?
    /// Read and not sent: because there was no room, or because an address refused it.
    private var waiting: ArraySlice<[UInt8]> = []
    /// The only one that was sent, as long as another address may be tried.
    private var first: [UInt8]?
    private var inputFailure: Failure?
    private var inputIsRead = false
    private var lingering: Timer?
    private var idleTimer: IdleTimer?
    private let started = Instant.now
    private var summary = DatagramSummary()
    private var isOver = false

    /// - Parameters:
    ///   - addresses: those of the peer. The next is tried where the one before refuses the first datagram.
    ///   - open: makes a socket that is connected to an address.
    init(
        _ context: Context, _ addresses: [SocketAddress], _ input: Channel?, _ ending: RelayEnding,
        open: @escaping (SocketAddress) throws(Failure) -> DatagramPort
    ) {
        self.context = context
        self.open = open
        candidates = addresses
        self.input = input
        self.ending = ending
        output = DatagramOutput(context)
        cutter = context.settings.framing?.localCutter()
        batch = DatagramBatch(for: addresses.first?.family ?? .inet, capacity: 16)
        let longest = addresses.compactMap(\.longestDatagram).min() ?? 1 << 16
        // With --crlf each byte may become two.
        buffer = ByteBuffer(capacity: longest / (context.settings.crlf ? 2 : 1))
    }

    func interrupt(_ interruption: Interruption) {
        end(interruption.failure, by: interruption.by)
    }

    func start() {
        context.beginPayload()
        if let limit = context.settings.idleTimeout {
            idleTimer = IdleTimer(limit, loop: context.loop) { [unowned self] in
                let words = "nothing has come or gone for \(Statistics.text(limit))"
                end(Failure("receive", peer.description, words: words, status: .timedOut), by: .timeout)
            }
        }
        next(after: nil)
        guard !isOver, let input else { return }
        input.onReadable = { [unowned self] in send() }
        input.wantsRead = true
    }

    // MARK: Addresses

    /// Goes on with the next address that can be connected to.
    private func next(after failure: Failure?) {
        var failure = failure
        while !candidates.isEmpty {
            peer = candidates.removeFirst()
            do throws(Failure) {
                let port = try open(peer)
                port.onError = { [unowned self] in reported($0) }
                port.onReadable = { [unowned self] in receive() }
                port.onWritable = { [unowned self] in sendWaiting() }
                port.channel.wantsRead = true
                self.port = port
                return waiting.isEmpty ? () : sendWaiting()
            } catch {
                failure = error
                guard error.operation == "connect", case .errno(let cause) = error.cause else { break }
                attempts.append(Failure.Attempt(address: peer, error: cause))
            }
        }
        if attempts.count > 1 { failure?.attempts = attempts }
        end(failure, by: .peer)
    }

    /// What ICMP said of a datagram of ours.
    private func reported(_ error: NetworkError) {
        let failure = Failure(error, to: peer)
        // One too long for the path is lost; the kernel cuts those that follow into fragments.
        if error.error == .messageTooLong { return context.reporter.report(.failed(failure)) }
        attempts.append(Failure.Attempt(address: peer, error: error.error))
        if let first, summary.received.messages == 0 {
            context.reporter.report(.note("\(failure.operand ?? ""): \(failure.message)"))
            summary.sent = ClosingAccount.Traffic()
            waiting.insert(first, at: waiting.startIndex)
            self.first = nil
        } else {
            candidates = []
        }
        // In the middle of a call on the socket: it is closed when that is over.
        let refused = port
        refused?.onError = nil
        refused?.channel.wantsRead = false
        refused?.channel.wantsWrite = false
        port = nil
        _ = context.loop.after(.zero) { [weak self] in
            refused?.close()
            if let self, !isOver { next(after: failure) }
        }
    }

    // MARK: Sending

    private func send() {
        guard let input, waiting.isEmpty, !isOver else { return }
        do throws(Errno) {
            let count = try buffer.fill { (span) throws(Errno) in try input.read(into: &span) }
            inputIsRead = count == 0
        } catch .wouldBlock {
            return
        } catch {
            return end(Failure("read", input.name, error, status: .inputOutput), by: .local)
        }
        if let cutter { cut(cutter, input.name) } else { takeWhole() }
        sendWaiting()
    }

    private func takeWhole() {
        guard !inputIsRead else { return }
        var bytes: [UInt8] = []
        _ = buffer.drain { span in
            bytes.append(span)
            return span.byteCount
        }
        waiting.append(DatagramInput.encoded(bytes, crlf: context.settings.crlf))
    }

    private func cut(_ cutter: MessageCutter, _ name: String) {
        func take(_ message: RawSpan, _: (any MessageDetail)?) -> Verdict {
            var bytes: [UInt8] = []
            bytes.append(message)
            waiting.append(bytes)
            return .proceed
        }
        var problem: FramingError?
        _ = buffer.drain { span in
            do throws(FramingError) {
                if inputIsRead { try cutter.finishInput(take) } else { _ = try cutter.cut(span, take) }
            } catch {
                problem = error
            }
            return span.byteCount
        }
        if let problem { inputFailure = cutter.failure(problem, "read", name) }
    }

    private func sendWaiting() {
        port?.channel.wantsWrite = false
        while let bytes = waiting.first, let port, !isOver {
            do throws(Errno) {
                try unsafe port.send(bytes.span.bytes, to: nil)
            } catch .wouldBlock, .noBufferSpace {
                port.channel.wantsWrite = true
                break
            } catch {
                return end(Failure("send", peer.description, error), by: .local)
            }
            // Another address gets this one, too.
            guard self.port === port else { break }
            waiting.removeFirst()
            idleTimer?.touch()
            summary.sent.messages += 1
            summary.sent.bytes += bytes.count
            first = summary.sent.messages == 1 && !candidates.isEmpty ? bytes : nil
            // On this host a refusal is there at once.
            if first != nil { port.drainErrors() }
        }
        guard !isOver else { return }
        input?.wantsRead = waiting.isEmpty && !inputIsRead
        if waiting.isEmpty, port != nil { allSent() }
    }

    /// Ends when the input has, or goes on receiving.
    private func allSent() {
        if let inputFailure { return end(inputFailure, by: .local) }
        guard inputIsRead else { return }
        port?.drainErrors()
        // After a refusal there is another address, or a failure.
        guard port != nil else { return }
        switch ending {
        case .atOnce:
            end(nil, by: .local)
        case .after(let duration):
            lingering?.cancel()
            lingering = context.loop.after(duration) { [weak self] in self?.end(nil, by: .timeout) }
        case .never:
            if input?.kind == .terminal { end(nil, by: .local) }
        }
    }

    // MARK: Receiving

    private func receive() {
        guard let port else { return }
        do throws(Errno) {
            while !isOver, self.port === port, !output.isFull, try port.receive(into: batch) {
                idleTimer?.touch()
                for index in 0..<batch.count { take(index, port) }
            }
        } catch {
            return end(Failure("receive", peer.description, error), by: .local)
        }
        guard !isOver, output.isFull else { return }
        port.channel.wantsRead = false
        output.whenRoom { [weak self] in self?.port?.channel.wantsRead = true }
    }

    private func take(_ index: Int, _ port: DatagramPort) {
        let length = batch.length(of: index)
        summary.received.messages += 1
        summary.received.bytes += length
        var report = DatagramReport(
            number: summary.received.messages, from: peer, at: port, length: length,
            batch.ancillary(of: index))
        batch.withPayload(of: index) { payload in
            report.isTruncated = payload.byteCount < length
            if report.isTruncated { summary.truncated += 1 }
            output.write(report, payload)
        }
    }

    private func end(_ failure: Failure?, by: Party) {
        guard !isOver else { return }
        isOver = true
        idleTimer?.cancel()
        lingering?.cancel()
        input?.wantsRead = false
        if let port { summary.dropped = port.channel.descriptor.droppedDatagrams() }
        port?.close()
        port = nil
        summary.by = by
        summary.duration = Instant.now - started
        context.reporter.report(.summary(summary))
        context.finish(failure)
    }
}
