#+ fault: A recurrence of nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Recurrence sg:recurrenceOf ?old . }
INSERT {  }
WHERE { :Recurrence sg:recurrenceOf ?old . }
