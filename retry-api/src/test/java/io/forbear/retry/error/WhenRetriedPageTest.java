package io.forbear.retry.error;

import static io.forbear.retry.testsupport.Pages.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/guide/when-is-it-retried.md} are those of the default classifier. {@code
 * -Dforbear.writePages=true} writes them anew.
 */
class WhenRetriedPageTest {

    private static final Path PAGE = Path.of("..", "docs", "guide", "when-is-it-retried.md");
    private static final int SHOWN_NAMES = 6;

    /** What a breaker does not count unless it is told to. */
    private static final Set<ErrorCategory> NOT_COUNTED = Set.of(ErrorCategory.CLIENT_ERROR, ErrorCategory.RATE_LIMIT);

    @Test
    void theTablesAreThoseOfTheClassifier() throws IOException {
        String page = Files.readString(PAGE);
        String now = page;
        now = with(now, "types", types());
        now = with(now, "http", http());
        now = with(now, "grpc", grpc());
        now = with(now, "sql", table("state or class of states", grouped(SqlStateTable.TABLE)));
        now = with(now, "mysql", table("MySQL", numbers(VendorCodes.MYSQL)));
        now = with(now, "sql-server", table("SQL Server", numbers(VendorCodes.SQL_SERVER)));
        now = with(now, "oracle", table("Oracle", numbers(VendorCodes.ORACLE)));
        now = with(now, "h2", table("H2", numbers(VendorCodes.H2)));
        now = with(now, "codes", table("code", grouped(ErrorCodes.TABLE)));
        if (Boolean.getBoolean("forbear.writePages")) {
            Files.writeString(PAGE, now);
        }
        assertThat(page).isEqualTo(now);
    }

    private static String table(String first, Map<String, List<String>> rows) {
        StringBuilder text = new StringBuilder(
                "| " + first + " | category | retried | certainly not executed | counted by the breaker |\n");
        text.append("|---|---|---|---|---|\n");
        rows.forEach((answer, names) -> {
            for (int i = 0; i < names.size(); i += SHOWN_NAMES) {
                List<String> some = names.subList(i, Math.min(names.size(), i + SHOWN_NAMES));
                text.append("| `")
                        .append(String.join("`, `", some))
                        .append("` | ")
                        .append(answer)
                        .append(" |\n");
            }
        });
        return text.toString();
    }

    private static Map<String, List<String>> grouped(Map<String, Classification> table) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        table.forEach((name, found) ->
                rows.computeIfAbsent(answer(found), key -> new ArrayList<>()).add(name));
        return rows;
    }

    private static Map<String, List<String>> numbers(Map<Integer, Classification> table) {
        Map<String, Classification> rows = new LinkedHashMap<>();
        table.forEach((code, found) -> rows.put(String.valueOf(code), found));
        return grouped(rows);
    }

    private static String types() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        TypeRule.TABLE.forEach((name, rule) -> rows.computeIfAbsent(answer(rule.answer), key -> new ArrayList<>())
                .add(name.substring(name.lastIndexOf('.') + 1)
                        + (rule.kind == TypeRule.Kind.UNLESS_CAUSE ? " *" : "")));
        rows.replaceAll((answer, names) -> names.stream().distinct().toList());
        return table("type, and its subtypes", rows);
    }

    private static String http() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        Map<Integer, String> special = new TreeMap<>();
        for (int status = 400; status < 600; status++) {
            String answer = answer(Statuses.http(status));
            if (!answer.equals(answer(Statuses.http(status < 500 ? 400 : 500)))) {
                special.put(status, answer);
            }
        }
        special.forEach((status, answer) ->
                rows.computeIfAbsent(answer, key -> new ArrayList<>()).add(String.valueOf(status)));
        rows.computeIfAbsent(answer(Statuses.http(400)), key -> new ArrayList<>())
                .add("every other 4xx");
        rows.computeIfAbsent(answer(Statuses.http(500)), key -> new ArrayList<>())
                .add("every other 5xx");
        return table("status", rows);
    }

    private static String grpc() {
        Map<String, Classification> codes = new LinkedHashMap<>();
        Readers.GRPC.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(status -> codes.put(status.getKey(), Classification.ofGrpcStatus(status.getValue())));
        return table("status", grouped(codes));
    }

    private static String answer(@Nullable Classification found) {
        if (found == null) {
            return "what its words or its cause say, else `TRANSIENT` | | |";
        }
        ErrorCategory category = found.category();
        return "`" + category + "` | " + yes(found.isRetryable(category.isRetryableByDefault())) + " | "
                + yes(found.isNotExecuted()) + " | " + yes(!found.isLocal() && !NOT_COUNTED.contains(category));
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }
}
