package io.forbear.retry.kotlin

import java.nio.file.Files
import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** What the page on Kotlin shows is compiled and run: each block is a piece of the programs of [ExamplesTest]. */
internal class PageTest {

    /** Returns code without line breaks, spaces and comments: a page breaks lines where its readers want them. */
    private fun words(code: String): String =
        code.replace(Regex("(?m)(^|\\s)//.*$"), "").replace(Regex("\\s+"), "")

    @Test
    fun everyBlockOfKotlinIsAPieceOfAProgram() {
        val page = Files.readString(Path.of("..", "..", "docs", "guide", "kotlin.md"))
        val programs = words(Files.readString(Path.of("src/test/kotlin/io/forbear/retry/kotlin/ExamplesTest.kt")))

        val blocks = Regex("(?ms)^```kotlin$(.*?)^```$").findAll(page).map { it.groupValues[1] }.toList()

        assertThat(blocks).hasSizeGreaterThan(3).allSatisfy { assertThat(programs).contains(words(it)) }
    }
}
