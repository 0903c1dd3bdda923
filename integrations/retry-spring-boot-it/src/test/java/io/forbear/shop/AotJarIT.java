package io.forbear.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same jar, with the beans that Spring has written ahead of time. It runs on a JVM: no native image is built. */
class AotJarIT extends FatJarIT {

    @Override
    List<String> options() {
        return List.of("-Dspring.aot.enabled=true");
    }

    @Test
    void theShopIsStartedFromWhatWasWrittenAheadOfTime() throws Exception {
        assertThat(Files.readString(folder.resolve("shop.log"))).contains("Starting AOT-processed ShopApplication");
    }
}
