// From the words of the command line to a running command, and from its end to an exit status.

import CommandSpec
import Sockets

package enum Main {
    /// Runs the program and returns its exit status.
    package static func run(_ words: [[UInt8]]) -> Int32 {
        Standard.reserve()
        Signal.ignoreFailuresOfWriting()
        Signal.explainExhaustion("sockctl: out of memory (ENOMEM)\n", status: ExitStatus.failure.rawValue)
        do throws(UsageError) {
            switch try Program.sockctl.parse(words.map { Word(bytes: $0) }) {
            case .help(let command, let form):
                return show(Self.help(command, form, for: .standardOutput))
            case .topic(let topic):
                let width = BorrowedDescriptor.standardOutput.terminalColumns ?? 80
                return show(HelpText(Program.sockctl, width: width).text(of: topic))
            case .nothing:
                let summary = Self.help(nil, .summary, for: .standardError)
                StatusLine.write(summary, droppable: false)
                return ExitStatus.usage.rawValue
            case .version: return show("\(Program.sockctl.name) \(Program.sockctl.version)\n")
            case .completions(let shell):
                return show(Program.sockctl.completions(for: shell))
            case .complete(let words): return complete(words)
            case .schema: return show(Schema.text)
            case .run(let name, let arguments): return run(name, arguments)
            }
        } catch {
            if asksForJSON(words) {
                FailureLine.write(Failure(error), json: true)
            } else {
                StandardError.paint(nil)
                writeFailure(TerminalEscaper.visible(error.description))
            }
            return ExitStatus.usage.rawValue
        }
    }

    /// Whether `--json`, or a cluster of short options with a `j`, stands before `--`, or the words of a program: what cannot be parsed is a
    /// failure like any other to who reads JSON.
    private static func asksForJSON(_ words: [[UInt8]]) -> Bool {
        words.prefix { !Program.sockctl.ends($0) }.contains { word in
            word == Array("--json".utf8)
                || word.starts(with: "-".utf8) && !word.starts(with: "--".utf8)
                    && word.contains(UInt8(ascii: "j"))
                    && word.dropFirst().allSatisfy { Character(Unicode.Scalar($0)).isLetter }
        }
    }

    private static func run(_ name: CommandName, _ arguments: Arguments) -> Int32 {
        StandardError.paint(arguments[Options.json] ? "never" : arguments[Options.color])
        do throws(Failure) {
            // Before there is a thread, or a socket.
            try NetworkNamespace.chosen(by: arguments)?.enter()
            let context = try Context(try Settings(arguments))
            do throws(Failure) {
                switch name {
                case .listen: try ListenCommand.start(context, arguments)
                case .connect: try ConnectCommand.start(context, arguments)
                case .send: try SendCommand.start(context, arguments)
                case .recv: try RecvCommand.start(context, arguments)
                case .resolve: try ResolveCommand.begin(context, arguments)
                case .getHostByName: try GetHostByName.start(context, arguments)
                case .getHostByAddress: try GetHostByAddress.start(context, arguments)
                case .getAddressInfo: try GetAddressInfo.start(context, arguments)
                case .getNameInfo: try GetNameInfo.start(context, arguments)
                case .getServiceByName: try GetServiceByName.start(context, arguments)
                case .getServiceByPort: try GetServiceByPort.start(context, arguments)
                case .getProtocolByName: try GetProtocolByName.start(context, arguments)
                case .getHostName: try GetHostName.start(context)
                case .inetATON: try InetATON.start(context, arguments)
                case .inetNTOA: try InetNTOA.start(context, arguments)
                case .inetPTON: try InetPTON.start(context, arguments)
                case .inetNTOP: try InetNTOP.start(context, arguments)
                case .info: try InfoCommand.start(context, arguments)
                case .infoFileno: try InfoCommand.fileno(context, arguments)
                case .infoGetsockname: try InfoCommand.getsockname(context, arguments)
                case .infoGetpeername: try InfoCommand.getpeername(context, arguments)
                case .infoGetsockopt: try InfoCommand.getsockopt(context, arguments)
                case .infoSetsockopt: try InfoCommand.setsockopt(context, arguments)
                case .infoDestroy: try DestroyCommand.start(context, arguments)
                case .infoOptions: try InfoCommand.options(context, arguments)
                case .udpSend: try UDPCommand.send(context, arguments)
                case .udpRecv: try UDPCommand.receive(context, arguments)
                case .udpListen: try UDPCommand.listen(context, arguments)
                case .udpConnect: try UDPCommand.connect(context, arguments)
                case .broadcastSend: try BroadcastCommand.send(context, arguments)
                case .broadcastRecv: try BroadcastCommand.receive(context, arguments)
                case .broadcastAddresses: try BroadcastCommand.addresses(context, arguments)
                }
                context.recorder?.begin()
            } catch {
                context.finish(error)
            }
            return context.runToEnd()
        } catch {
            FailureLine.write(error.answered(for: arguments.typed), json: arguments[Options.json])
            return error.status.rawValue
        }
    }

    /// Writes a text that was asked for to stdout.
    private static func show(_ text: String) -> Int32 {
        do throws(Errno) {
            try BorrowedDescriptor.standardOutput.writeAll(Array(text.utf8))
            return ExitStatus.success.rawValue
        } catch .brokenPipe {
            return ExitStatus.success.rawValue
        } catch {
            let failure = Failure("write", "stdout", error, status: .inputOutput)
            FailureLine.write(failure, json: false)
            return failure.status.rawValue
        }
    }

    /// Every file that is made from what the program knows and kept in the repository, with its path.
    package static var generatedFiles: [(path: String, contents: String)] {
        Program.sockctl.generatedFiles
            + [
                (path: "man/\(Manual.cookbookPage.name).7", contents: CookbookPage.text),
                (path: "man/\(Manual.jsonPage.name).7", contents: JSONPage.text),
            ]
    }

    /// Writes what the last of the words may become. Somebody is typing: there is nothing to complain about.
    private static func complete(_ words: [Word]) -> Int32 {
        // A file system that hangs must not hang the shell.
        Signal.endProcess(after: .seconds(1))
        let completion = Completer.completion(of: words, in: .sockctl) { MachineValues(namespace: $0) }
        return show(completion.lines(typed: words.last?.text ?? ""))
    }

    private static func help(
        _ command: CommandSpec?, _ form: HelpForm, for reader: BorrowedDescriptor
    ) -> String {
        HelpText(Program.sockctl, width: reader.terminalColumns ?? 80).text(of: command, form)
    }
}
