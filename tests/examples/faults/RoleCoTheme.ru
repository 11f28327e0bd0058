#+ fault: Words as the co-theme.
#+ also: [role-not-taken]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Condition sg:coTheme "the sea"@en . }
WHERE {  }
