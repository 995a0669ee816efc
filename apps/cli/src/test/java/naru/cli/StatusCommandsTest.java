package naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import naru.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;
import org.junit.jupiter.api.Test;

class StatusCommandsTest {

    private static final short STORAGE_ERROR = 56;

    private static DescribeLogDirsResult folder(int error, long usable) {
        return new DescribeLogDirsResult((short) error, "/data", List.of(), 100, usable, false);
    }

    @Test
    void theFullestFolderSaysHowMuchRoomThereIs() {
        assertThat(StatusCommands.room(List.of(folder(0, 70), folder(0, 20), folder(0, 90)))).isEqualTo(20);
    }

    @Test
    void aFolderThatHasFailedOrDoesNotSayIsNotTheFullest() {
        assertThat(StatusCommands.room(List.of(folder(STORAGE_ERROR, 0), folder(0, -1), folder(0, 90)))).isEqualTo(90);
        assertThat(StatusCommands.room(List.of(folder(STORAGE_ERROR, -1)))).isZero();
    }
}
