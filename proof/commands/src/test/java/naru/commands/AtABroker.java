package naru.commands;

import java.io.IOException;
import java.nio.file.Path;
import naru.clusters.BrokerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A terminal beside a broker in a process of its own, which all tests of a class share; classes run one after the other. */
abstract class AtABroker {

    @TempDir
    static Path folder;
    static BrokerProcess broker;
    static Terminal terminal;

    @BeforeAll
    static void start() throws IOException {
        broker = BrokerProcess.start(folder.resolve("data"));
        terminal = new Terminal(broker.bootstrap());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }
}
