// Where datagrams are written: in the reporter's format to its output, or with --json and --output the events
// there and the payload to the file.

import CommandSpec
import Framing
import Sockets

extension DatagramBatch {
    /// How many bytes each datagram of a block has, apart from the last one.
    func datagramSize(of index: Int) -> Int { ancillary(of: index).segmentSize ?? max(length(of: index), 1) }
}

struct DatagramOutput {
    private unowned let context: Context
    private let reporter: any Reporter
    private let output: Output
    private let file: Output?
    /// Joins the datagrams where they are written as a stream.
    private let framing: Framing?

    /// From this length on a call costs less than a copy.
    private static let worthACall = 8192

    init(_ context: Context) {
        self.context = context
        reporter = context.reporter
        output = context.output
        file = context.payloadOutput === context.output ? nil : context.payloadOutput
        framing = context.settings.framing?.pair.local
        context.outputs.appendPayload()
        context.outputs.unit = .datagrams
    }

    /// Writes a datagram; one that the framing cannot express is a failure, and others go on.
    func write(_ datagram: DatagramReport, _ payload: RawSpan) {
        guard context.showsPayload else { return }
        guard let framing, file != nil || !reporter.describesMessages else {
            return writeUnframed(datagram, payload)
        }
        var framed: [UInt8] = []
        let joiner = framing.joiner()
        do throws(FramingError) {
            try joiner.encode(payload, into: &framed)
        } catch {
            // Said as what happens to one of many: nothing bounds how many there are.
            let failure = Failure("write", context.payloadOutput.name, message: datagram.number, error)
            context.reporter.report(Failed(failure: failure))
            return context.run.note(failure.status)
        }
        writeUnframed(datagram, unsafe framed.span.bytes)
    }

    private func writeUnframed(_ datagram: DatagramReport, _ payload: RawSpan) {
        guard let file else {
            return output.append(.whole(1)) { reporter.render(datagram, payload, into: &$0) }
        }
        file.append(.whole(1)) { $0.append(payload) }
        output.append { reporter.render(datagram, nil, into: &$0) }
    }

    /// Writes all that a call has received, as it is: for a reporter that does not describe datagrams.
    func write(_ batch: DatagramBatch) {
        let total = (0..<batch.count).reduce(0) { $0 + batch.length(of: $1) }
        // Small ones are gathered for one call, blocks of them are written from where they are.
        guard total < batch.count * Self.worthACall else {
            for index in 0..<batch.count {
                let size = batch.datagramSize(of: index)
                batch.withPayload(of: index) { output.pass($0, each: size) }
            }
            return
        }
        for index in 0..<batch.count {
            let (size, length) = (batch.datagramSize(of: index), batch.length(of: index))
            batch.withPayload(of: index) { payload in
                output.append(.each(size, of: length)) { $0.append(payload) }
            }
        }
    }
}
