package naru.clusters;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import naru.peer.KafkaNode;

/**
 * The command lines of Apache Kafka 4.3.1, as they stand, each called as its script calls it: the same classes from its own jars,
 * in this process instead of one for each, because most of a short tool's time is the start of a machine.
 */
final class KafkaTools implements AutoCloseable {

    static final String TOPICS = "org.apache.kafka.tools.TopicCommand";
    static final String REASSIGN = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";
    static final String ELECT = "org.apache.kafka.tools.LeaderElectionCommand";
    static final String QUORUM = "org.apache.kafka.tools.MetadataQuorumCommand";
    static final String LOG_DIRS = "org.apache.kafka.tools.LogDirsCommand";
    static final String FEATURES = "org.apache.kafka.tools.FeatureCommand";
    static final String CLUSTER = "org.apache.kafka.tools.ClusterTool";
    static final String CONFIGS = "kafka.admin.ConfigCommand";

    /** What {@link #controller} tells of one that may be taken in: one that lags behind may not. */
    static final String CAUGHT_UP = ".*\\s[1-9]\\d+\\s+Observer";

    /** What a tool came to: its exit code, and all it said. */
    record Said(int code, String text) {}

    /** A tool wants to end its process. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int code;

        private Ended(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    private final URLClassLoader classes;
    private Integer code;

    KafkaTools() throws IOException, ReflectiveOperationException {
        var jars = new ArrayList<URL>();
        try (var files = Files.newDirectoryStream(KafkaNode.libraries(), "*.jar")) {
            for (var jar : files) {
                jars.add(jar.toUri().toURL());
            }
        }
        classes = new URLClassLoader("kafka-4.3.1", jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        var procedure = classes.loadClass("org.apache.kafka.common.utils.Exit$Procedure");
        var end = Proxy.newProxyInstance(classes, new Class<?>[] {procedure}, (_, _, arguments) -> {
            code = code == null ? (Integer) arguments[0] : code;
            throw new Ended((Integer) arguments[0], (String) arguments[1]);
        });
        var exit = classes.loadClass("org.apache.kafka.common.utils.Exit");
        exit.getMethod("setExitProcedure", procedure).invoke(null, end);
        exit.getMethod("setHaltProcedure", procedure).invoke(null, end);
    }

    /** Runs a tool to its end. One at a time. */
    Said type(String tool, String... arguments) throws ReflectiveOperationException {
        var said = new ByteArrayOutputStream();
        var out = System.out;
        var err = System.err;
        var loader = Thread.currentThread().getContextClassLoader();
        code = null;
        try (var both = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            Thread.currentThread().setContextClassLoader(classes);
            classes.loadClass(tool).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException thrown) {
            if (!(thrown.getCause() instanceof Ended)) {
                throw thrown;
            }
            if (thrown.getCause().getMessage() != null) {
                said.writeBytes(thrown.getCause().getMessage().getBytes(StandardCharsets.UTF_8));
            }
        } finally {
            Thread.currentThread().setContextClassLoader(loader);
            System.setOut(out);
            System.setErr(err);
        }
        return new Said(code == null ? 0 : code, said.toString(StandardCharsets.UTF_8));
    }

    /** Runs a tool that must succeed; what it said. */
    String typed(String tool, String... arguments) throws ReflectiveOperationException {
        var said = type(tool, arguments);
        if (said.code() != 0) {
            throw new AssertionError(tool + " " + String.join(" ", arguments) + " ended with " + said.code() + ":\n" + said.text());
        }
        return said.text();
    }

    /** What the quorum tells of a controller that votes or looks on, by the id of its folder: a line, empty where there is none. */
    String controller(String bootstrap, String directory) throws ReflectiveOperationException {
        return typed(QUORUM, "--bootstrap-server", bootstrap, "describe", "--replication").lines()
                .filter(line -> line.contains(directory)).findFirst().orElse("").strip();
    }

    @Override
    public void close() throws IOException {
        classes.close();
    }
}
