#+ fault: A date in EDTF is not a day, month or year, or an interval of these.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :May sg:edtf "next May" . }
WHERE {  }
