// One peer: what is read from the input goes as datagrams, each read as one, and what the peer sends is written.

import CommandSpec
import Sockets

/// When `udp connect` ends after its input has.
enum RelayEnding {
    case never
    case atOnce
    case after(Duration)
}

final class DatagramRelay {
    private let context: Context
    private let port: DatagramPort
    private let peer: SocketAddress
    private let input: Channel?
    private let ending: RelayEnding
    private let output: DatagramOutput
    private let buffer: ByteBuffer
    private let batch: DatagramBatch
    /// Cuts the input into datagrams; nil if each `read(2)` is one.
    private let cutter: MessageCutter?
    /// Read, and not sent because there was no room.
    private var waiting: ArraySlice<[UInt8]> = []
    private var inputFailure: Failure?
    private var inputIsRead = false
    private var idleTimer: IdleTimer?
    private let started = Instant.now
    private var summary = DatagramSummary()
    private var isOver = false

    /// - Parameter port: connected to `peer`.
    init(
        _ context: Context, _ port: DatagramPort, _ peer: SocketAddress, _ input: Channel?,
        _ ending: RelayEnding
    ) {
        self.context = context
        self.port = port
        self.peer = peer
        self.input = input
        self.ending = ending
        output = DatagramOutput(context)
        cutter = context.settings.framing?.localCutter()
        batch = DatagramBatch(for: peer.family, capacity: 16)
        // With --crlf each byte may become two.
        buffer = ByteBuffer(capacity: (peer.longestDatagram ?? 1 << 16) / (context.settings.crlf ? 2 : 1))
    }

    func start() {
        context.onInterrupt = { [unowned self] in end($0.failure, by: $0.by) }
        context.beginPayload()
        port.onError = { [unowned self] in reported($0) }
        port.onReadable = { [unowned self] in receive() }
        port.onWritable = { [unowned self] in sendWaiting() }
        if let limit = context.settings.idleTimeout {
            idleTimer = IdleTimer(limit, loop: context.loop) { [unowned self] in
                let words = "nothing has come or gone for \(Statistics.text(limit))"
                end(Failure("receive", peer.description, words: words, status: .timedOut), by: .timeout)
            }
        }
        port.channel.wantsRead = true
        guard let input else { return }
        input.onReadable = { [unowned self] in send() }
        input.wantsRead = true
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
        func take(_ message: RawSpan, _: HTTPMessage?) {
            var bytes: [UInt8] = []
            bytes.append(message)
            waiting.append(bytes)
        }
        var problem: FramingError?
        _ = buffer.drain { span in
            do throws(FramingError) {
                if inputIsRead { try cutter.finishInput(take) } else { try cutter.cut(span, take) }
            } catch {
                problem = error
            }
            return span.byteCount
        }
        if let problem { inputFailure = cutter.failure(problem, "read", name) }
    }

    private func sendWaiting() {
        port.channel.wantsWrite = false
        while let bytes = waiting.first, !isOver {
            do throws(Errno) {
                try unsafe port.send(bytes.span.bytes, to: nil)
            } catch .wouldBlock, .noBufferSpace {
                input?.wantsRead = false
                port.channel.wantsWrite = true
                return
            } catch {
                return end(Failure("send", peer.description, error), by: .local)
            }
            waiting.removeFirst()
            idleTimer?.touch()
            summary.sent.messages += 1
            summary.sent.bytes += bytes.count
        }
        guard !isOver else { return }
        if let inputFailure { return end(inputFailure, by: .local) }
        if inputIsRead { inputEnded() } else { input?.wantsRead = true }
    }

    private func inputEnded() {
        input?.wantsRead = false
        switch ending {
        case .atOnce:
            port.drainErrors()
            end(nil, by: .local)
        case .after(let duration):
            _ = context.loop.after(duration) { [weak self] in self?.end(nil, by: .timeout) }
        case .never:
            if input?.kind == .terminal { end(nil, by: .local) }
        }
    }

    // MARK: Receiving

    private func reported(_ error: NetworkError) {
        let failure = Failure(error, to: peer)
        // One too long for the path is lost; the kernel cuts those that follow into fragments.
        if error.error == .messageTooLong { return context.reporter.report(.failed(failure)) }
        _ = context.loop.after(.zero) { [weak self] in self?.end(failure, by: .peer) }
    }

    private func receive() {
        do throws(Errno) {
            while !isOver, !output.isFull, try port.receive(into: batch) {
                idleTimer?.touch()
                for index in 0..<batch.count { take(index) }
            }
        } catch {
            return end(Failure("receive", peer.description, error), by: .local)
        }
        guard !isOver, output.isFull else { return }
        port.channel.wantsRead = false
        output.whenRoom { [weak self] in
            guard let self, !isOver else { return }
            port.channel.wantsRead = true
        }
    }

    private func take(_ index: Int) {
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
        input?.wantsRead = false
        summary.dropped = port.channel.descriptor.droppedDatagrams()
        port.close()
        summary.by = by
        summary.duration = Instant.now - started
        context.reporter.report(.summary(summary))
        context.finish(failure)
    }
}
