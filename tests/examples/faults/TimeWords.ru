#+ fault: Words of a time with a language.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :May sg:wordsAsGiven ?old . }
INSERT { :May sg:wordsAsGiven "May 3"@en . }
WHERE { :May sg:wordsAsGiven ?old . }
