#+ fault: A rhythm of less than never.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Recurrence sg:timesPerYear ?old . }
INSERT { :Recurrence sg:timesPerYear -1.0 . }
WHERE { :Recurrence sg:timesPerYear ?old . }
