package naru.network;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import naru.base.ClientLink;
import naru.base.LaneProgram;
import naru.base.Limits;
import naru.base.Outgoing;
import naru.base.Outgoing.Piece;
import naru.base.Visit;
import naru.lanes.LaneGroup;

/**
 * What lanes and network cost by themselves: answers Produce v7 as {@code bench/floor.c} does (check the CRC, append to
 * one file once a turn, say yes) and nothing else. Run by hand: {@code ShellBench PORT FILE}; then {@code blast produce}.
 */
final class ShellBench {

    private ShellBench() {}

    /** Everything is written once a turn, then everybody is answered. */
    private static final class Appender implements LaneProgram {

        private record Ask(ClientLink link, ByteBuffer answer) {}

        private final FileChannel file;
        private final List<ByteBuffer> staged = new ArrayList<>();
        private final List<Ask> asks = new ArrayList<>();
        private final CRC32C crc = new CRC32C();
        private long end;

        Appender(FileChannel file) {
            this.file = file;
        }

        @Override
        public Visit onConnect(ClientLink link) {
            return new Visit() {
                @Override
                public void onFrame(ByteBuffer frame) {
                    decide(link, frame);
                }

                @Override
                public void onRoom() {}

                @Override
                public void onClosed() {}
            };
        }

        private void decide(ClientLink link, ByteBuffer frame) {
            int correlation = frame.getInt(4);
            int at = 10 + Math.max(0, frame.getShort(8)) + 2 + 2 + 4 + 4;
            int name = at;
            int nameLength = frame.getShort(at);
            at += 2 + nameLength + 4;
            int partition = frame.getInt(at);
            int length = frame.getInt(at + 4);
            at += 8;
            crc.reset();
            crc.update(frame.slice(at + 21, length - 21));
            boolean right = (int) crc.getValue() == frame.getInt(at + 17);
            var batch = frame.slice(at, length);
            batch.putLong(0, end);
            staged.add(batch);
            var answer = ByteBuffer.allocate(64 + nameLength);
            answer.putInt(0).putInt(correlation).putInt(1).put(frame.slice(name, 2 + nameLength)).putInt(1)
                    .putInt(partition).putShort((short) (right ? 0 : 2)).putLong(end++).putLong(-1).putLong(0).putInt(0);
            answer.flip().putInt(0, answer.limit() - 4);
            asks.add(new Ask(link, answer));
        }

        @Override
        public void endTurn() {
            if (staged.isEmpty()) {
                return;
            }
            try {
                var pieces = staged.toArray(ByteBuffer[]::new);
                for (int i = 0; i < pieces.length; ) {
                    file.write(pieces, i, pieces.length - i);
                    while (i < pieces.length && !pieces[i].hasRemaining()) {
                        i++;
                    }
                }
            } catch (java.io.IOException fault) {
                throw new java.io.UncheckedIOException(fault);
            }
            staged.clear();
            asks.forEach(ask -> ask.link.send(new Outgoing(List.of(new Piece.Memory(ask.answer)))));
            asks.clear();
        }
    }

    public static void main(String[] args) throws Exception {
        var file = FileChannel.open(Path.of(args[1]), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        var lanes = LaneGroup.of(1, (where, why) -> {
            System.err.println(where + ": " + why);
            Runtime.getRuntime().halt(1);
        });
        lanes.start((lane, random) -> new Appender(file));
        var network = new Network(lanes, Limits.PRODUCTION, NetworkSettings.DEFAULTS);
        var at = network.listen(
                new ListenerAt("PLAINTEXT", new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]))));
        System.out.println("ready on " + at.getPort());
    }
}
