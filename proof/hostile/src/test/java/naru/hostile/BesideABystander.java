package naru.hostile;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Where strangers are met: a broker, its log, and a client that must not notice. */
abstract class BesideABystander {

    @TempDir
    Path folder;

    LogLines log;
    BrokerHere broker;
    Bystander bystander;

    /** Each as {@code key=value}. */
    String[] settings() {
        return new String[0];
    }

    @BeforeEach
    void start() throws Exception {
        log = new LogLines();
        broker = BrokerHere.start(folder.resolve("data"), settings());
        bystander = Bystander.beside(broker);
    }

    @AfterEach
    void stop() throws Exception {
        bystander.close();
        broker.close();
        log.nothingBroke();
        log.close();
    }
}
