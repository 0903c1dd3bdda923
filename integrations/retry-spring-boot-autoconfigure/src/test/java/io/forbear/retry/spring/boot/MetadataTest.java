package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.config.ConfigKey;
import io.forbear.retry.core.config.RetryConfig;
import java.beans.BeanInfo;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What editors complete is what the parser reads. */
class MetadataTest {

    private static final Path FILE = Path.of("src/main/resources/META-INF/spring-configuration-metadata.json");

    @Test
    void theFileIsMadeFromTheTableOfKeys() throws Exception {
        String made = Metadata.json();
        if (Boolean.getBoolean("forbear.writePages")) {
            Files.writeString(FILE, made);
        }

        assertThat(Files.readString(FILE))
                .as("%s; -Dforbear.writePages=true writes it", FILE)
                .isEqualTo(made);
    }

    @Test
    void theParserReadsEveryDefaultThatTheMetadataShows() {
        for (ConfigKey key : RetryConfig.keys()) {
            if (!key.defaultValue().isEmpty()) {
                RetryConfig config = new TestEnvironment()
                        .source("test", Map.of("forbear.default." + key.name(), key.defaultValue()))
                        .read();
                assertThat(config.toMap()).as(key.name()).containsKey(key.name());
            }
        }
    }

    @Test
    void theOwnNamesAreThoseThatBootBinds() throws Exception {
        Set<String> own = new TreeSet<>();
        OwnProperties.ALL.forEach(property -> own.add(property.name().replace("-", "")));

        assertThat(own).isEqualTo(bound("", ForbearProperties.class));
    }

    private static Set<String> bound(String prefix, Class<?> type) throws Exception {
        Set<String> names = new TreeSet<>();
        BeanInfo bean = Introspector.getBeanInfo(type, Object.class);
        for (PropertyDescriptor property : bean.getPropertyDescriptors()) {
            String name = prefix + property.getName().toLowerCase(java.util.Locale.ROOT);
            if (property.getWriteMethod() == null) {
                names.addAll(bound(name + ".", property.getPropertyType()));
            } else {
                names.add(name);
            }
        }
        return names;
    }
}
