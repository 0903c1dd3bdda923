/** What is of Spring Boot 4 alone; the rest is in {@code io.forbear.retry.spring.boot}. Boot reads it, not users. */
@NullMarked
package io.forbear.retry.spring.boot4;

import org.jspecify.annotations.NullMarked;
