package naru.clusters;

import java.io.IOException;
import java.nio.file.Path;
import naru.peer.KafkaNode;

/** A broker that is killed and comes back on the same folder under the same address: Naru, or Apache Kafka beside it. */
public abstract class RestartableBroker implements AutoCloseable {

    private RestartableBroker() {}

    /** {@code HOST:PORT}, the same for ever. */
    public abstract String bootstrap();

    /** {@code kill -9}. */
    public abstract void kill();

    /** Starts it again after it was killed, and waits until it serves. */
    public abstract void startAgain() throws IOException;

    /** Stops it in peace. */
    @Override
    public abstract void close();

    /** Starts Naru on a folder of its own. */
    public static RestartableBroker naru(Path data, String... settings) throws IOException {
        return new Naru(data, settings);
    }

    /** Formats a folder for Apache Kafka 4.3.1 and starts it there. */
    public static RestartableBroker kafka(Path data, String... settings) throws IOException {
        return new Kafka(data, settings);
    }

    private static final class Naru extends RestartableBroker {
        private final Path data;
        private final String[] settings;
        private BrokerProcess process;

        private Naru(Path data, String... settings) throws IOException {
            this.data = data;
            this.settings = settings;
            this.process = BrokerProcess.start(data, settings);
        }

        @Override
        public String bootstrap() {
            return process.bootstrap();
        }

        @Override
        public void kill() {
            process.kill();
        }

        @Override
        public void startAgain() throws IOException {
            process = BrokerProcess.startAt(process.bootstrap(), data, settings);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    private static final class Kafka extends RestartableBroker {
        private final Path data;
        private final String[] settings;
        private KafkaNode node;

        private Kafka(Path data, String... settings) throws IOException {
            this.data = data;
            this.settings = settings;
            KafkaNode.format(data, KafkaNode.Voters.CONFIGURED);
            this.node = KafkaNode.start(data, KafkaNode.Voters.CONFIGURED, settings);
        }

        @Override
        public String bootstrap() {
            return node.bootstrap();
        }

        @Override
        public void kill() {
            node.kill();
        }

        @Override
        public void startAgain() throws IOException {
            node = KafkaNode.startAt(node.port(), data, KafkaNode.Voters.CONFIGURED, settings);
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
