package naru.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The house's rules as a test: a rule that is not checked is a wish. */
class TidyTest {

    private final Checkout checkout = Checkout.ofThisBuild();

    @Test
    void aRoomSeesOnlyTheRoomsItMay() {
        var allowed = checkout.allowedArrows();
        assertThat(allowed.keySet()).as("every module has its line in rooms.txt").containsAll(checkout.rooms());
        checkout.arrows().forEach((room, seen) ->
                assertThat(allowed.get(room)).as(room + " may see").containsAll(seen));
    }

    @Test
    void thePictureInArchitectureIsTheOneThatIsChecked() {
        String rooms = checkout.text("proof/tidy/rooms.txt").lines()
                .filter(line -> !line.startsWith("#")).reduce("", (all, line) -> all + line + "\n");
        assertThat(checkout.text("ARCHITECTURE.md")).contains("<!-- rooms -->\n```\n" + rooms + "```\n<!-- /rooms -->");
    }

    /** Its engine is behind one door; elsewhere we know of Kafka's code nothing but its bytes. */
    @Test
    void kafkasCodeIsUsedInOneRoomOnly() throws IOException {
        var users = new java.util.TreeSet<String>();
        for (var room : checkout.rooms()) {
            if (room.startsWith("core/") || room.startsWith("shell/") || room.startsWith("apps/")) {
                for (var file : checkout.files(room + "/src/main/java", ".java")) {
                    if (Files.readString(file).contains("import org.apache.kafka.")) {
                        users.add(room);
                    }
                }
            }
        }
        assertThat(users).containsExactly("shell/consensus");
    }

    @Test
    void theCoreTouchesNoClockNoThreadNoDiceAndNoFile() throws IOException {
        var complaints = new ArrayList<String>();
        int classes = 0;
        for (var room : checkout.rooms()) {
            for (var classFile : room.startsWith("core/") ? checkout.files(room + "/target/classes", ".class") : java.util.List.<Path>of()) {
                complaints.addAll(Bans.complaints(classFile));
                classes++;
            }
        }
        assertThat(complaints).isEmpty();
        assertThat(classes).as("classes read").isGreaterThan(100);
    }

    @Test
    void anOffenderIsFound(@TempDir Path folder) throws IOException {
        var offender = Offender.class.getName().replace('.', '/') + ".class";
        try (var in = Offender.class.getClassLoader().getResourceAsStream(offender)) {
            var copy = folder.resolve("Offender.class");
            Files.copy(in, copy);
            assertThat(Bans.complaints(copy)).singleElement().asString().contains("System.nanoTime").contains("base.Clock");
        }
    }

    /** Does what the core may not. */
    private static final class Offender {
        static long now() {
            return System.nanoTime();
        }
    }

    @Test
    void filesAndMethodsOfTheCoreAreSmallAndNamedForWhatTheyAre() throws IOException {
        var complaints = new ArrayList<String>();
        for (var room : checkout.rooms()) {
            if (room.startsWith("core/")) {
                for (var source : checkout.files(room + "/src/main/java", ".java")) {
                    complaints.addAll(Ratchet.complaints(source));
                }
            }
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void aLongMethodAndAnEmptyNameAreFound(@TempDir Path folder) throws IOException {
        var source = folder.resolve("LogManager.java");
        Files.writeString(source, "class LogManager {\n    void run() {\n" + "        ;\n".repeat(60) + "    }\n}\n");
        assertThat(Ratchet.complaints(source)).hasSize(2);
    }

    @Test
    void nobodySleepsMocksOrIgnoresInTests() throws IOException {
        var complaints = new ArrayList<String>();
        for (var room : checkout.rooms()) {
            for (var source : checkout.files(room + "/src/test/java", ".java")) {
                String text = Files.readString(source);
                for (var banned : new String[] {"Thread.sleep" + "(", "@Disab" + "led", "org.mock" + "ito", "@Repeat" + "edIfFails"}) {
                    if (text.contains(banned)) {
                        complaints.add(source.getFileName() + " has " + banned);
                    }
                }
            }
        }
        assertThat(complaints).isEmpty();
    }
}
