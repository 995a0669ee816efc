import java.util.ArrayList;
import naru.embedded.NaruBroker;

/** How long {@code NaruBroker.start()} takes in a fresh virtual machine: the first time, and the ten times after. */
public class EmbeddedStart {

    public static void main(String[] arguments) {
        var times = new ArrayList<String>();
        for (int i = 0; i < 11; i++) {
            long began = System.nanoTime();
            try (var broker = NaruBroker.start()) {
                times.add(Long.toString((System.nanoTime() - began) / 1_000_000));
                broker.bootstrapServers();
            }
        }
        System.out.println("ready after ms: " + String.join(" ", times));
    }
}
