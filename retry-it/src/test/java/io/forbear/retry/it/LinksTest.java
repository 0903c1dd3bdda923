package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every relative link of every page leads to a file, and to a heading where it names one. */
class LinksTest {

    private static final Path ROOT = Documents.root(Path.of("").toAbsolutePath());
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> Stream.of("target", ".git", "node_modules")
                            .noneMatch(folder -> ROOT.relativize(file).startsWith(folder)
                                    || ROOT.relativize(file).toString().contains("/" + folder + "/")))
                    .toList();
        }
    }

    /** Returns the page without code, in which a link is none. */
    private static String prose(Path page) throws IOException {
        return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
    }

    /** Returns the anchors of the headings of a page, as GitHub makes them. */
    private static List<String> anchors(Path page) throws IOException {
        return prose(page)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+\\s*", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
    }

    @Test
    void everyRelativeLinkLeadsToAFileAndItsHeading() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(CODE.matcher(prose(page)).replaceAll(""));
            while (link.find()) {
                if (!link.group(1).contains(":")) {
                    links++;
                    if (!leadsSomewhere(page, link.group(1))) {
                        dead.add(ROOT.relativize(page) + ": " + link.group(1));
                    }
                }
            }
        }

        assertThat(dead).isEmpty();
        assertThat(links).isGreaterThan(40);
    }

    @Test
    void theIndexNamesEveryPageOfBothShelves() throws IOException {
        String index = Documents.read("docs/README.md");

        for (Path page : pages()) {
            Path name = ROOT.resolve("docs").relativize(page);
            if (!name.startsWith("..") && !name.toString().equals("README.md")) {
                assertThat(index).contains("(" + name + ")");
            }
        }
    }

    @Test
    void noPageNamesAPlaceholder() throws IOException {
        for (Path page : pages()) {
            assertThat(prose(page)).as(page.toString()).doesNotContain("<this repository>", "TODO", "TBD");
        }
    }
}
